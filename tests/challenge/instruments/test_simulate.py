"""How much a board lies: bars of the attacks, each failing without its defence."""

import json

import numpy as np
import pytest

from workbench.challenge.instruments.attacks import ADVERSARIES, log_loss_oracle
from workbench.challenge.instruments.boards import FULL, PublicBoard
from workbench.challenge.instruments.draws import Draws
from workbench.challenge.instruments.field import simulate_fields
from workbench.challenge.instruments.optimism import selection_optimism
from workbench.challenge.instruments.simulation import simulate_attack
from workbench.cli.main import main
from workbench.errors import UsageError

N, BUDGET = 4000, 400


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_ladder_stops_the_boosting_attack(seed: int) -> None:
    """Bars of the issue: below 0.03 with the Ladder, above 0.06 at full precision without."""
    on, off = (
        simulate_attack(
            "boosting", ladder=ladder, digits=FULL, n_cases=N, submissions=BUDGET, seed=seed
        )
        for ladder in (True, False)
    )
    assert on.gain < 0.03
    assert on.gain_high < 0.03
    assert off.gain > 0.06
    assert off.gain_low > 0.06
    assert abs(off.private - 0.5) < 0.02


def test_the_ladder_does_not_stop_an_adversary_that_adapts() -> None:
    """Its limit, on record: one standard error of a small change lets much through."""
    found = simulate_attack("climbing", ladder=True, digits=FULL)
    assert 0.05 < found.gain < 0.1


def test_the_best_of_random_answers_is_what_theory_says() -> None:
    found = simulate_attack("random", ladder=False, digits=FULL, runs=40)
    # Two random answers differ with standard error sqrt(1/2) / sqrt(n).
    expected = selection_optimism(BUDGET, (0.5 / N) ** 0.5)
    assert found.gain == pytest.approx(expected, abs=0.002)


def test_constant_answers_tell_the_class_counts() -> None:
    exact = simulate_attack("constant", ladder=False, digits=FULL)
    assert exact.counts_off == 0
    rounded = simulate_attack("constant", ladder=True, digits=3)
    assert rounded.counts_off is not None and 0 < rounded.counts_off <= 0.0005 * N + 0.5
    assert abs(exact.private - 0.5) < 0.02


def test_three_digits_and_a_hundred_submissions_hold_the_oracle_to_five_points() -> None:
    held = simulate_attack("log-loss-oracle", ladder=False, digits=3, submissions=100)
    assert held.recovered == pytest.approx(0.1)
    assert held.gain <= 0.05
    for more in ({"digits": 3, "submissions": 400}, {"digits": 5, "submissions": 100}):
        assert simulate_attack("log-loss-oracle", ladder=False, **more).gain > 0.1
    everything = simulate_attack("log-loss-oracle", ladder=False, digits=FULL)
    assert everything.shown == 1.0


def test_what_the_oracle_reads_is_right() -> None:
    draws = Draws(3)
    truth = draws.coins(500).astype(np.int64)
    board = PublicBoard(truth, metric="log-loss", digits=4, ladder=False)
    found = log_loss_oracle(board, draws, 20)
    n_read = found.recovered
    assert n_read > 100
    assert (found.called[:n_read] == truth[:n_read]).all()


def test_the_ladder_does_not_stop_the_oracle() -> None:
    assert simulate_attack("log-loss-oracle", ladder=True, digits=3).gain > 0.1


@pytest.mark.parametrize("adversary", sorted(ADVERSARIES))
@pytest.mark.parametrize("ladder", [True, False])
def test_the_same_seed_gives_the_same_figures(adversary: str, ladder: bool) -> None:
    small = {"ladder": ladder, "digits": 3, "n_cases": 200, "submissions": 20, "runs": 3}
    first, second = (simulate_attack(adversary, seed=4, **small) for _ in range(2))  # type: ignore[arg-type]
    assert first == second
    other = simulate_attack(adversary, seed=5, **small)  # type: ignore[arg-type]
    assert first != other


def test_an_honest_field_is_shaken_up_too() -> None:
    found = simulate_fields(ladder=False, digits=FULL, n_cases=1000, runs=10)
    # The best of 5 equally good entries: two differ with standard error sqrt(2 p (1 - p) / n).
    expected = selection_optimism(5, (2 * 0.8 * 0.2 / 1000) ** 0.5)
    assert found.optimism == pytest.approx(expected, rel=0.15)
    assert 0 < found.tau < 1
    one = simulate_fields(ladder=False, digits=FULL, n_cases=1000, entries=1, runs=10)
    assert abs(one.optimism) < found.optimism / 3


def test_unknown_adversaries_and_empty_boards_are_refused() -> None:
    with pytest.raises(UsageError, match="did you mean 'boosting'"):
        simulate_attack("bosting", ladder=True, digits=3)
    with pytest.raises(UsageError, match="two cases"):
        simulate_attack("random", ladder=True, digits=3, n_cases=1)
    with pytest.raises(UsageError, match="two teams"):
        simulate_fields(ladder=True, digits=3, teams=1)


def test_the_verb_prints_what_the_library_finds(capsys: pytest.CaptureFixture[str]) -> None:
    small = "--n 400 --submissions 40 --runs 3 --teams 5 --seed 2 --digits 3 --json"
    typed = f"challenge simulate --adversary boosting --adversary log-loss-oracle --ladder {small}"
    assert main(typed.split()) == 0
    told = json.loads(capsys.readouterr().out)
    lib = simulate_attack(
        "boosting", ladder=True, digits=3, n_cases=400, submissions=40, runs=3, seed=2
    )
    assert told["adversaries"][0] == lib.as_dict()
    assert [lie["ladder"] for lie in told["adversaries"]] == [True, True]
    assert told["seed"] == 2
    assert told["policy"]["giveaways"][0]["labels"] == 40 * 7
