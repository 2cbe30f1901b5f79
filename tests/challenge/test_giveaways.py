"""What a card's digits and budget give away, and that opening it says so."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench import metrics
from workbench.challenge.instruments.oracle import budget_of, giveaway, giveaways
from workbench.challenge.instruments.policy import policy_of
from workbench.challenge.instruments.simulation import simulate_attack
from workbench.challenge.pack import check_pack
from workbench.errors import UsageError
from workbench.scoring import load_challenge

from .submissions.world import CARD, write_pack

LOG_LOSS = metrics.get("log-loss", ("no", "yes"))


@pytest.mark.parametrize("digits", [2, 3, 4])
@pytest.mark.parametrize("n_cases", [500, 4000])
def test_the_safe_budget_is_safe_against_the_attack_itself(digits: int, n_cases: int) -> None:
    told = giveaway(LOG_LOSS, n_cases=n_cases, digits=digits, budget=1)
    assert told is not None
    if told.safe_budget is None:
        assert told.a_submission == 0
        return
    assert told.safe_budget > 0
    found = simulate_attack(
        "log-loss-oracle",
        ladder=False,
        digits=digits,
        n_cases=n_cases,
        submissions=told.safe_budget,
        runs=5,
    )
    assert found.recovered == pytest.approx(told.safe_budget * told.a_submission / n_cases)
    assert found.recovered / 2 <= 0.05


def test_an_interval_gives_labels_away_too() -> None:
    n_cases, digits, probed = 4000, 3, 8
    draws = np.random.default_rng(1)
    shares = [1 / n_cases] * probed + [1 - probed / n_cases]
    weights = draws.multinomial(n_cases, shares, size=1000)[:, :probed]  # known: the seed is public
    labels = (np.arange(2**probed)[:, None] >> np.arange(probed)) & 1
    best = 0.0
    for _ in range(20):  # answers whose losses, by label, are told apart best
        loss = np.exp(draws.uniform(np.log(0.5), np.log(36), probed))
        losses = np.where(labels == 1, loss, -np.log1p(-np.exp(-loss))) / n_cases
        ends = np.percentile(losses @ weights.T, [2.5, 97.5], axis=1)
        seen = np.column_stack([losses.sum(axis=1), *ends]).round(digits)
        best = max(best, np.log2(len(np.unique(seen, axis=0))))
    plain, with_interval = (
        giveaway(LOG_LOSS, n_cases=n_cases, digits=digits, budget=1, interval=shown)
        for shown in (False, True)
    )
    assert plain is not None and with_interval is not None
    assert plain.a_submission + 2 < best <= with_interval.a_submission
    assert with_interval.safe_budget == int(plain.safe_budget or 0) // 3


def test_a_small_range_gives_less_away() -> None:
    brier = metrics.get("brier", ("no", "yes"))
    sure = metrics.get("log-loss", ("no", "yes"), clip=1e-3)
    each = [giveaway(m, n_cases=1000, digits=4, budget=10) for m in (LOG_LOSS, sure, brier)]
    spelled = [told.a_submission for told in each if told is not None]
    assert spelled == [9, 7, 5]


def test_scores_of_decisions_are_not_spelled() -> None:
    for name in ("accuracy", "auroc", "balanced-accuracy"):
        metric = metrics.get(name, ("no", "yes"))
        assert giveaway(metric, n_cases=1000, digits=4, budget=10) is None


def _pack(place: Path, **changes: Any) -> Path:
    metric = [{"name": "log-loss", "primary": True}]
    return write_pack(place, {"metrics": metric, **changes})


def test_phases_without_hidden_labels_or_files_of_their_own_are_left_out(tmp_path: Path) -> None:
    card = load_challenge(_pack(tmp_path))
    told = giveaways(card, {"public": 12, "private": 12, "sample": 12}, {})
    assert [one.phase for one in told] == ["open", "late"]
    both = 5 * (46 + 31)  # 15 February to 1 April, 1 April to 1 May, in days of UTC: one split
    assert [one.budget for one in told] == [both, both]
    assert all(one.too_much for one in told)


def test_budget_is_the_smallest_of_the_limits(tmp_path: Path) -> None:
    card = load_challenge(_pack(tmp_path, limits={"per_day": 5, "total": 7}))
    phase = card.phase("open")
    assert budget_of(card.limits_of(phase), phase) == 7
    free = load_challenge(_pack(tmp_path / "b", limits={}))
    assert budget_of(free.limits_of(phase), phase) is None
    (told, _) = giveaways(free, {"public": 1000}, {"public": 0.7})
    assert told.labels == 1000
    assert told.points == pytest.approx(30)


def test_opening_a_challenge_warns(tmp_path: Path) -> None:
    folder = _pack(tmp_path)
    report = check_pack(folder, tmp_path / "labels")
    warned = [f for f in report.findings if f.check == "labels given away in 'open'"]
    assert [f.outcome for f in warned] == ["warning"]
    assert warned[0].problem is not None
    assert warned[0].problem.code == "labels-given-away"
    assert "12 labels" in warned[0].detail


def test_what_is_not_shown_gives_nothing_away(tmp_path: Path) -> None:
    phases = [dict(phase, show=["rank"]) for phase in CARD["phases"]]
    card = load_challenge(_pack(tmp_path, phases=phases))
    assert giveaways(card, {"public": 12}, {}) == []


def test_a_policy_is_read_off_the_card(tmp_path: Path) -> None:
    phases = [dict(phase) for phase in CARD["phases"]]
    phases[1]["ladder"] = True
    card = load_challenge(_pack(tmp_path, phases=phases, limits={"total": 9}))
    policy = policy_of(card, labels=tmp_path / "labels")
    assert policy[:5] == ("open", 12, 3, 9, True)
    assert policy_of(card, "trial").n_cases == 12
    with pytest.raises(UsageError, match="how many cases"):
        policy_of(card, "late")
    assert policy_of(card, "late", n=900).n_cases == 900


def test_a_split_whose_labels_its_seal_gives_away_is_named(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    found = check_pack(folder, tmp_path / "labels").as_dict()["findings"]
    told = {f["check"]: f for f in found if (f["problem"] or {}).get("code") == "seal-guessable"}
    assert list(told) == ["seal of 'public'", "seal of 'private'"]
    assert "12 labels have 2^9 orders" in told["seal of 'public'"]["detail"]  # 12 over 4 is 495
