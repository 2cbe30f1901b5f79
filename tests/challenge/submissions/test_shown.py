"""What counts and what may be shown: the card's rule, the phase's parts and digits."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from workbench.challenge.store import Store
from workbench.challenge.store.events import ScoreOverridden
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.submissions import entry, selected, submit, visible, withdraw, work
from workbench.challenge.submissions.cards import current_set
from workbench.scoring import ScoreSheet

from .world import CARD, World, answer, make_world

# What is asked here does not depend on the database.
pytestmark = pytest.mark.parametrize("place", ["sqlite"], indirect=True)


def phases(**changes: Any) -> dict[str, Any]:
    """Return the card's phases, the open one changed."""
    found = [dict(phase) for phase in CARD["phases"]]
    found[1] |= changes
    return {"phases": found}


def scored(world: World, *shifts: float) -> list[str]:
    sent = [
        submit(world.store, world.team, "demo", answer(shift), filename="a.csv").id
        for shift in shifts
    ]
    list(work(world.store, world.worker, idle_s=None))
    return sent


def chosen(world: World) -> str | None:
    tables = rebuild(world.store)
    with world.store.reading() as connection:
        score_set = current_set(connection, "demo")
    found = selected(tables, world.card, world.card.phase("open"), score_set)
    return found.get(world.team.team or "")


@pytest.mark.parametrize("rule", ["last", "best"])
def test_the_card_says_which_submission_counts(store: Store, tmp_path: Path, rule: str) -> None:
    world = make_world(store, tmp_path / "x", {"selection": rule})
    sent = scored(world, 0.0, 0.02, 0.1)
    values = {name: row["sheet"] for (name, _, _), row in rebuild(store)["score"].items()}
    best = min(sent, key=lambda name: ScoreSheet.from_json(values[name]).primary.value or 0)
    assert chosen(world) == (sent[-1] if rule == "last" else best)
    withdraw(store, world.team, str(chosen(world)), "no")
    remaining = [name for name in sent if name != (sent[-1] if rule == "last" else best)]
    assert chosen(world) in remaining
    with store.writing("organiser") as transaction:
        (score_set,) = {key[2] for key in rebuild(store)["score"]}
        override = ScoreOverridden(
            submission=str(chosen(world)), phase="open", score_set=score_set, value=None,
            reason="found out",
        )  # fmt: skip
        transaction.append(override, challenge="demo")
    (left,) = (name for name in remaining if name != override.submission)
    assert chosen(world) == left
    seen = entry(store, world.team, override.submission)
    assert seen.override is not None and seen.override["author"] == "organiser"


def test_what_is_not_scored_never_counts(world: World) -> None:
    submit(world.store, world.team, "demo", answer(), filename="a.csv")
    assert chosen(world) is None


@pytest.mark.parametrize(
    ("show", "parts"),
    [
        ([], set()),
        (["score"], {"score"}),
        (["score", "interval"], {"score", "interval"}),
        (["score", "secondary", "rank"], {"score", "secondary", "rank"}),
    ],
)
def test_a_phase_shows_what_it_says_until_it_closes(
    store: Store, tmp_path: Path, show: list[str], parts: set[str]
) -> None:
    late = [p for p in phases(show=show, digits=2)["phases"] if p["id"] != "late"]
    late = [p for p in late if p["id"] != "final"]
    world = make_world(store, tmp_path / "x", {"phases": late})
    (sent,) = scored(world, 0.0)
    shown = entry(store, world.team, sent).score
    assert shown is not None
    assert (shown.primary.value is not None) == ("score" in parts)
    assert (shown.primary.low is not None) == ("interval" in parts)
    assert bool(shown.secondary) == ("secondary" in parts)
    assert shown.rank == ("rank" in parts) and (shown.floor is not None) == ("score" in parts)
    for value in (shown.primary.value, shown.primary.low, shown.floor):
        assert value is None or value == round(value, 2)
    world.store.clock.put(datetime(2026, 4, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    after = entry(store, world.team, sent).score
    assert after is not None and after.primary.digits == 4 and after.secondary and after.rank
    assert after.primary.value is not None and after.primary.low is not None


def test_digits_stay_few_while_another_phase_uses_the_labels(world: World) -> None:
    (sent,) = scored(world, 0.0)
    world.store.clock.put(datetime(2026, 4, 2, tzinfo=UTC))  # type: ignore[attr-defined]
    shown = entry(world.store, world.team, sent).score
    assert shown is not None and shown.primary.digits == 3  # 'late' is open, on the same split
    world.store.clock.put(datetime(2026, 5, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    shown = entry(world.store, world.team, sent).score
    assert shown is not None and shown.primary.digits == 4


def test_an_override_is_shown_without_an_interval(world: World) -> None:
    scored(world, 0.0)
    (row,) = rebuild(world.store)["score"].values()
    sheet = ScoreSheet.from_json(row["sheet"])
    phase = world.card.phase("open")
    shown = visible(world.card, phase, sheet, guard=True, override=0.123456)
    assert (shown.primary.value, shown.primary.low) == (0.123, None)
