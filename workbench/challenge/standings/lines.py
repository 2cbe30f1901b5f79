"""The lines of a board: teams, the floor, baselines, and what has no score."""

from __future__ import annotations

from typing import Any

from workbench.challenge.standings import course
from workbench.challenge.standings.counted import Counted
from workbench.challenge.standings.document import MetricValue, Rank, Row, Unscored
from workbench.challenge.standings.ranks import Ranked
from workbench.challenge.standings.view import View
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.store.rebuild import Tables
from workbench.errors import UsageError, did_you_mean
from workbench.scoring import Challenge
from workbench.scoring.card import SAMPLE
from workbench.scoring.card_phases import Phase
from workbench.scoring.case_values import OF_THE_SET


def rows(
    tables: Tables,
    card: Challenge,
    phase: Phase,
    found: list[Counted],
    ranked: Ranked | None,
    view: View,
) -> list[Row]:
    """Return the board's lines, best first; floor and baselines stand where their values do."""
    sent = _sent(tables, card.id, phase)
    lines = [_team(one, ranked, view, sent[one.team["id"]]) for one in found]
    values = {one.team["id"]: one.value for one in found}
    if view.shows("score"):
        lines += _floor(found, view) + _baselines(card, phase, view)
    sign = -1.0 if card.metric_objects[card.primary].direction == "maximize" else 1.0

    def place(row: Row) -> tuple[Any, ...]:
        stored = values.get(row.team) if row.team else _reference(row, found)
        if not view.shows("score") and not view.shows("rank"):
            return (row.name,)
        if not view.shows("rank"):
            stored = row.score  # the order must not tell more than the numbers do
        elif card.ranking.scheme != OF_THE_SET:
            return (row.rank is None, row.rank or 0, sign * (stored or 0.0), row.name)
        return (stored is None, sign * (stored or 0.0), row.kind != "team", row.name)

    return sorted(lines, key=place)


def unscored(tables: Tables, card: Challenge, phase: Phase, viewer: Principal) -> list[Unscored]:
    """Return the submissions without a score that a viewer may know of, in the order they came."""
    found = []
    for row in course.submissions(tables, card.id, phase):
        state: Any = "withdrawn" if row["withdrawn_at"] else row["state"]
        if state == "scored":
            continue
        if not may(viewer, "read-submission", Resource(card.id, row["team"], row["id"])):
            continue
        reasons = {"withdrawn": row["withdrawn_reason"], "failed": row["reason"]}
        found.append(
            Unscored(
                submission=row["id"],
                team=row["team"],
                name=tables["team"][(row["team"],)]["name"],
                state=state,
                received_at=row["received_at"],
                reason=reasons.get(state) or "",
            )
        )
    return found


def named_set(tables: Tables, challenge: str, score_set: str) -> str:
    """Return a score set of the challenge.

    Raises:
        UsageError: There is none of this id.
    """
    known = [row["id"] for row in course.score_sets(tables, challenge)]
    if score_set not in known:
        hint = did_you_mean(score_set, known) or f"there are {', '.join(known)}"
        raise UsageError(f"{challenge} has no score set '{score_set}'; {hint}")
    return score_set


def whole(rank: float) -> Rank:
    """Return a rank as a whole number where it is one."""
    return int(rank) if float(rank).is_integer() else float(rank)


def _sent(tables: Tables, challenge: str, phase: Phase) -> dict[str, tuple[int, str]]:
    """Return how many submissions each team sent, those that failed aside, and when the last."""
    found: dict[str, tuple[int, str]] = {}
    for row in course.submissions(tables, challenge, phase):
        if row["state"] != "failed":
            found[row["team"]] = (found.get(row["team"], (0, ""))[0] + 1, row["received_at"])
    return found


def _team(one: Counted, ranked: Ranked | None, view: View, sent: tuple[int, str]) -> Row:
    """Return a team's line."""
    name = one.team["name"]
    values: dict[str, Any] = {"rank": None}
    if one.value is not None:
        shown = view.of_score(one)
        values |= {
            "score": shown.primary.value,
            "low": shown.primary.low,
            "high": shown.primary.high,
            "secondary": [
                MetricValue(name=m.name, value=m.value, low=m.low, high=m.high, digits=m.digits)
                for m in shown.secondary
            ],
        }
        if ranked is not None and name in ranked.ranks and view.shows("rank"):
            values |= _places(name, ranked, view)
        if one.optimism is not None and view.shows("score") and not view.phase.ladder:
            digits = view.digits(view.card.metrics[view.card.primary])
            values["optimism"] = round(one.optimism, digits)
    return Row(
        kind="team",
        name=name,
        team=one.team["id"],
        submission=one.submission["id"],
        entries=sent[0],
        last_submission=sent[1],
        note=_note(one),
        **values,
    )


def _places(name: str, ranked: Ranked, view: View) -> dict[str, Any]:
    """Return a team's rank and what is known of its uncertainty."""
    values = {"rank": whole(ranked.ranks[name]), **places_of(name, ranked)}
    if "p_first" in values:
        values["p_first"] = view.share(values["p_first"])
    return values


def places_of(name: str, ranked: Ranked) -> dict[str, Any]:
    """Return rank interval, rank set, tie group and share of first places, where they are known."""
    found = ranked.uncertainty
    if found is None:
        return {}
    i = found.scores.names.index(name)
    return {
        "rank_low": whole(found.rank_intervals[i, 0]),
        "rank_high": whole(found.rank_intervals[i, 1]),
        "set_low": int(found.rank_sets[i, 0]),
        "set_high": int(found.rank_sets[i, 1]),
        "tie_group": bool(found.tie_group[i]),
        "p_first": float(found.first_shares[i]),
    }


def _note(one: Counted) -> str:
    """Say what was done to a score by a hand."""
    if not one.replaced:
        return ""
    done = "set aside" if one.value is None else "set"
    return f"score {done} by {one.score['override_author']}: {one.score['override_reason']}"


def _floor(found: list[Counted], view: View) -> list[Row]:
    """Return the floor's line: the best answer that ignores the case."""
    if not found:
        return []
    floor = found[0].sheet.floor
    if floor.value is None:
        return []
    digits = view.digits(view.card.metrics[view.card.primary])
    ends: dict[str, Any] = {}
    if view.shows("interval") and floor.low is not None and floor.high is not None:
        ends = {"low": round(floor.low, digits), "high": round(floor.high, digits)}
    name = f"floor: always {floor.answer}"
    return [Row(kind="floor", rank=None, name=name, score=round(floor.value, digits), **ends)]


def _baselines(card: Challenge, phase: Phase, view: View) -> list[Row]:
    """Return the lines of the card's baselines on this split; opening it computed them again."""
    digits = view.digits(card.metrics[card.primary])
    return [
        Row(
            kind="baseline",
            rank=None,
            name=f"baseline: {baseline.title.en if baseline.title else baseline.id}",
            score=round(baseline.expected, digits),
        )
        for baseline in card.baselines
        if (baseline.split or SAMPLE) == phase.split
    ]


def _reference(row: Row, found: list[Counted]) -> float | None:
    """Return the stored value of the floor; of a baseline, what is shown."""
    return found[0].sheet.floor.value if row.kind == "floor" and found else row.score
