"""Who stands on a board: each team's submission that counts, with its stored score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.instruments.optimism import resampled_optimism
from workbench.challenge.standings.course import Values, submissions
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.store.values import decode
from workbench.challenge.submissions import counted_value, selected
from workbench.errors import DataError
from workbench.metrics.base import Direction
from workbench.scoring import Challenge, ScoreSheet
from workbench.scoring.card_phases import Phase


@dataclass(frozen=True)
class Counted:
    """The submission that counts for a team.

    Attributes:
        team: Row of the team.
        submission: Row of the submission.
        score: Row of its score.
        sheet: The score sheet.
        value: The score that ranks: the sheet's, what the Ladder released, or an organiser's; None
            where an organiser set it aside.
        resampled: The same on the card's resamples, shape ``(B,)``.
        case_values: The primary metric case by case, where the card's scheme ranks those.
        case_units: The number of each case's unit.
        optimism: What the choice among the team's submissions adds; None where none was made.
    """

    team: Values
    submission: Values
    score: Values
    sheet: ScoreSheet
    value: float | None
    resampled: NDArray[np.float64]
    case_values: NDArray[np.float64]
    case_units: NDArray[np.float64]
    optimism: float | None = None

    @property
    def replaced(self) -> bool:
        """Whether an organiser put another value, or none, in the score's place."""
        return self.score["override_at"] is not None


def counted(tables: Tables, card: Challenge, phase: Phase, score_set: str) -> list[Counted]:
    """Return what counts for each team, and teams whose only scores were set aside.

    Args:
        tables: The tables at some moment.
        card: The card of the score set.
        phase: The phase whose split the scores were made on.
        score_set: Whose scores.
    """
    scored = list(_scored(tables, card, phase, score_set))
    if phase.takes_from is None:
        chosen = selected(tables, card, phase, score_set)
    else:
        listed = tables.selected.get((card.id, phase.id), frozenset())
        scored = [(row, score) for row, score in scored if row["id"] in listed]
        chosen = {
            row["team"]: row["id"] for row, score in scored if _value(score, phase) is not None
        }
    for row, _ in scored:
        chosen.setdefault(row["team"], row["id"])  # set aside: shown without a rank
    by_id = {row["id"]: (row, score) for row, score in scored}
    of_team: dict[str, list[tuple[Values, Values]]] = {}
    for row, score in scored:
        of_team.setdefault(row["team"], []).append((row, score))
    rungs = of_team if not phase.ladder else _by_team(tables, card, phase, score_set)
    found = (
        _counted(tables, card, phase, *by_id[chosen[t]], of_team[t], rungs[t])
        for t in sorted(chosen)
    )
    return list(found)


def _by_team(
    tables: Tables, card: Challenge, phase: Phase, score_set: str
) -> dict[str, list[tuple[Values, Values]]]:
    """Return what the Ladder has seen of each team: also what was withdrawn set its releases."""
    found: dict[str, list[tuple[Values, Values]]] = {}
    for row, score in _scored(tables, card, phase, score_set, withdrawn=True):
        found.setdefault(row["team"], []).append((row, score))
    return found


def _scored(
    tables: Tables, card: Challenge, phase: Phase, score_set: str, *, withdrawn: bool = False
) -> Iterator[tuple[Values, Values]]:
    """Yield the submissions with a score in the set, in the order they came, and the scores."""
    for row in submissions(tables, card.id, phase):
        score = tables["score"].get((row["id"], phase.id, score_set))
        if score is not None and (withdrawn or row["withdrawn_at"] is None):
            yield row, score


def _value(score: Values, phase: Phase) -> float | None:
    return counted_value(score, ladder=phase.ladder)


def _counted(
    tables: Tables,
    card: Challenge,
    phase: Phase,
    row: Values,
    score: Values,
    others: list[tuple[Values, Values]],
    rungs: list[tuple[Values, Values]],
) -> Counted:
    """Join what is known of the submission that counts for a team."""
    sheet = ScoreSheet.from_json(score["sheet"], row["id"])
    value = _value(score, phase)
    basis = _rung(rungs, row) if phase.ladder and score["override_at"] is None else score
    resampled = decode(basis["resampled"])
    own = sheet.primary.value if basis is score else _primary(basis)
    if value is not None and own is not None and (score["override_at"] or phase.ladder):
        resampled = resampled + (value - own)  # the spread is the submission's, the place is given
    optimism = None
    if card.selection == "best" and phase.takes_from is None and value is not None:
        optimism = _optimism(phase, others, sheet.primary.direction)
    team = tables["team"][(row["team"],)]
    cases = decode(score["case_values"]), decode(score["case_units"])
    return Counted(team, row, score, sheet, value, resampled, *cases, optimism)


def _rung(others: list[tuple[Values, Values]], last: Values) -> Values:
    """Return the score that set what the Ladder shows: a hidden later one must move nothing."""
    best: Values | None = None
    for row, score in others:
        if row["received_seq"] > last["received_seq"]:
            break
        if score["released"] is not None and (
            best is None or score["released"] != best["released"]
        ):
            best = score
    return best or others[0][1]


def _primary(score: Values) -> float | None:
    return ScoreSheet.from_json(score["sheet"]).primary.value


def _optimism(
    phase: Phase, others: list[tuple[Values, Values]], direction: Direction
) -> float | None:
    """Return what the choice of the best adds to a team's score; None where it cannot be told."""
    points, values = [], []
    for _, score in others:
        value, resampled = _value(score, phase), decode(score["resampled"])
        if value is not None and len(resampled):
            points.append(value)
            values.append(resampled)
    if not points or len({len(resampled) for resampled in values}) > 1:
        return None
    try:
        return resampled_optimism(points, np.vstack(values), direction=direction)
    except DataError:  # no resample in which all of them have a score
        return None
