"""Duplicates between teams: found in a store, shown to the organiser, acted upon by nobody."""

import gzip
import json
from pathlib import Path

import pytest

from workbench.challenge.instruments.duplicates import find_duplicates
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.submissions import organiser_here, submit, withdraw
from workbench.cli.main import main
from workbench.errors import UsageError

from .submissions.world import CASES, World, keys, make_world


@pytest.fixture
def place(tmp_path: Path) -> str:
    return str(tmp_path / "store")


@pytest.fixture
def world(store: Store, tmp_path: Path) -> World:
    return make_world(store, tmp_path)


def _file(values: list[float], *, reverse: bool = False) -> bytes:
    rows = list(zip(keys("public"), values, strict=True))
    lines = [f"{case},{1 - p:.9f},{p:.9f}" for case, p in rows[:: -1 if reverse else 1]]
    return "\n".join(["case,no,yes", *lines, ""]).encode()


ONE = [0.1 + 0.06 * i for i in range(CASES)]
NEAR = [p + 0.0001 for p in ONE]
OTHER = [0.1 + 0.06 * ((i * 5) % CASES) for i in range(CASES)]


def _send(world: World, team: int, content: bytes, name: str = "a.csv") -> str:
    return submit(world.store, world.teams[team], "demo", content, filename=name).id


def test_the_same_answers_in_another_file_are_identical(world: World) -> None:
    first = _send(world, 0, _file(ONE))
    second = _send(world, 1, gzip.compress(_file(ONE, reverse=True)), "b.csv.gz")
    (found,) = find_duplicates(world.store, organiser_here(), "demo")
    assert [[one.id for one in group] for group in found.identical] == [[first, second]]
    assert found.near == []
    assert (found.phase, found.n_submissions, found.n_teams) == ("open", 2, 2)


def test_nearly_the_same_answers_are_reported_with_the_field_beside(world: World) -> None:
    first = _send(world, 0, _file(ONE))
    _send(world, 0, _file(OTHER))
    second = _send(world, 1, _file(NEAR))
    (found,) = find_duplicates(world.store, organiser_here(), "demo", "open")
    assert found.identical == []
    (pair,) = found.near
    assert (pair.first.id, pair.second.id, pair.pairs) == (first, second, 1)
    assert pair.rank_correlation == pytest.approx(1)
    assert pair.same_decisions == 1
    assert found.field_median is not None and found.field_median < 0.9


def test_a_team_may_send_its_own_answers_twice(world: World) -> None:
    _send(world, 0, _file(ONE))
    _send(world, 0, _file(NEAR))
    (found,) = find_duplicates(world.store, organiser_here(), "demo")
    assert found.identical == [] and found.near == []
    assert found.field_median is None


def test_honest_baselines_as_alike_as_that_raise_the_bar(world: World) -> None:
    _send(world, 0, _file(ONE))
    _send(world, 1, _file(OTHER))
    apart = find_duplicates(world.store, organiser_here(), "demo", correlation=0.1,
                            same_decisions=0.1)[0]  # fmt: skip
    assert len(apart.near) == 1
    alike = [_file(ONE), _file(NEAR)]
    held = find_duplicates(world.store, organiser_here(), "demo", correlation=0.1,
                           same_decisions=0.1, baselines=alike)[0]  # fmt: skip
    assert held.near == []
    assert held.baselines == (pytest.approx(1), 1)
    assert held.least_correlation == pytest.approx(1)


def test_withdrawn_answers_are_still_named(world: World) -> None:
    first = _send(world, 0, _file(ONE))
    withdraw(world.store, world.teams[0], first, "a mistake")
    _send(world, 1, _file(ONE))
    (found,) = find_duplicates(world.store, organiser_here(), "demo")
    assert [one.withdrawn for one in found.identical[0]] == [True, False]


def test_only_the_organiser_may_look(world: World) -> None:
    with pytest.raises(UsageError, match="not yours"):
        find_duplicates(world.store, world.team, "demo")
    with pytest.raises(UsageError, match="thresholds"):
        find_duplicates(world.store, organiser_here(), "demo", correlation=1.5)


def test_the_verb_reports_and_bans_nobody(
    world: World, place: str, clock: SetClock, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _send(world, 0, _file(ONE))
    _send(world, 1, _file(ONE))
    events = world.store.head()
    typed = ["challenge", "duplicates", "--challenge", "demo", "--store", place]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "workbench.cli.challenge.duplicates.open_here", lambda _: open_store(place, clock=clock)
        )
        assert main([*typed, "--json"]) == 0
        (told,) = json.loads(capsys.readouterr().out)
        assert told["identical"][0][0]["id"] == first
        assert main(typed) == 0
        assert "identical: " + first in capsys.readouterr().out
    assert world.store.head() == events
