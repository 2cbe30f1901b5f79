"""What a board says beside its numbers: conventions, what was done by hand, what is missing."""

from __future__ import annotations

from typing import Any

from workbench.challenge.ranking.scheme_names import scheme_of
from workbench.challenge.standings import course
from workbench.challenge.standings.counted import Counted
from workbench.challenge.standings.document import Change, LastEvent
from workbench.challenge.standings.ranks import Ranked
from workbench.challenge.standings.view import View
from workbench.challenge.store.rebuild import Tables
from workbench.scoring import Challenge, ScoreSheet
from workbench.scoring.card_phases import Phase
from workbench.scoring.case_values import OF_THE_SET

FEW_UNITS = 30
OPTIMISM = (
    "mean over resamples of what the best there scores above its whole-set score, less that of all"
)
_FOLLOWS_FROM = ("phase", "team", "submission", "score_set")


def conventions(
    card: Challenge, phase: Phase, sheet: ScoreSheet | None, ranked: Ranked | None, view: View
) -> dict[str, str | int | float | None]:
    """Return how the numbers were made, as far as it is the numbers shown.

    How an interval was drawn, and how many resamples had to be left out, follows from the labels
    (whether a unit holds two classes, how rare one is): it is not told where intervals are hidden.
    """
    found = ranked.uncertainty if ranked else None
    rules = card.intervals
    return {
        "metric": sheet.primary.convention if sheet else None,
        "score_interval": sheet.primary.method if sheet and view.shows("interval") else None,
        "resamples": rules.resamples,
        "left_out_resamples": found.scores.undefined if found and not view.guard else None,
        "seed": rules.seed,
        "unit": card.unit,
        "scheme": scheme_of(card).label,
        "ties": card.ranking.ties,
        "rank_interval": "percentiles of bootstrap ranks; not a confidence set near ties",
        "rank_set": "simultaneous confidence set from the tests of all pairs",
        "tie_group": "not separable from rank 1 in the tests of all pairs",
        "tests": found.tests.method if found else None,
        "selection": card.selection,
        "optimism": OPTIMISM if card.selection == "best" and phase.takes_from is None else None,
        "missing": card.missing_value_policy,
        "challenge_digest": card.digest,
        "code_digest": sheet.digests.code if sheet else None,
        "labels_digest": sheet.digests.truth if sheet else None,
    }


def changes(tables: Tables, card: Challenge, phase: Phase) -> list[Change]:
    """Return what was done by hand, in the order it was done."""
    found = []
    for row in course.submissions(tables, card.id, phase):
        team = tables["team"][(row["team"],)]["name"]
        if row["withdrawn_at"]:
            author = team if row["withdrawn_author"] == row["team"] else row["withdrawn_author"]
            done = (author, row["withdrawn_at"], row["withdrawn_reason"])
            found.append(_change("withdrawn", row["id"], team, *done))
    for (submission, of_phase, score_set), score in tables["score"].items():
        row = tables["submission"][(submission,)]
        if score["override_at"] and of_phase == phase.id and row["challenge"] == card.id:
            team = tables["team"][(row["team"],)]["name"]
            subject = f"{submission} in {score_set}"
            names = ("override_author", "override_at", "override_reason")
            found.append(_change("overridden", subject, team, *(score[name] for name in names)))
    for (challenge, ended), row in tables["phase"].items():
        if challenge == card.id and row["closed_reason"] is not None:
            names = ("closed_author", "closed_at", "closed_reason")
            found.append(_change("phase-ended", ended, "", *(row[name] for name in names)))
    for row in course.score_sets(tables, card.id)[1:]:
        reason = f"{row['cause']}: {row['reason']}"
        found.append(_change("score-set", row["id"], "", row["author"], row["opened_at"], reason))
    return sorted(found, key=lambda change: (change.at, change.subject))


def notices(
    tables: Tables,
    card: Challenge,
    phase: Phase,
    found: list[Counted],
    ranked: Ranked | None,
    left: list[str],
    view: View,
) -> list[str]:
    """Return what a reader must know before the numbers."""
    said = []
    if not course.is_scored(tables, card.id, phase):
        said.append(f"Phase '{phase.id}' is scored once, at its close; nothing is shown before.")
    elif not found:
        said.append("Nobody has a score yet.")
    if view.guard and not view.parts:
        said.append("Scores and ranks of this phase are shown after its close.")
    if left:
        newest = course.score_sets(tables, card.id)[-1]
        said.append(
            f"Everybody is being scored anew ({newest['cause']}: {newest['reason']}); {len(left)} "
            f"to come. Until then the scores of the set before are shown."
        )
    if ranked and ranked.missing and view.shows("rank"):
        said.append(f"No rank intervals: {ranked.missing}.")
    if card.ranking.scheme != OF_THE_SET:
        said.append(
            f"Ranks are by the scheme {scheme_of(card).label} ({scheme_of(card).title}): they need "
            "not follow the order of the scores, which are of the whole set."
        )
    units = found[0].sheet.n_units if found else FEW_UNITS
    if units < FEW_UNITS:
        said.append(f"Only {units} units: bootstrap intervals are too narrow with so few.")
    if card.selection == "best" and phase.takes_from is None:
        said.append(
            "The best of a team's submissions counts: such a score flatters; 'optimism' estimates "
            "by how much."
        )
    return said


def last_event(tables: Tables, challenge: str) -> LastEvent | None:
    """Return the last event the board follows from."""
    row = max(_rows(tables, challenge), key=lambda one: one["seq"], default=None)
    if row is None:
        return None
    moments = [value for name, value in row.items() if name.endswith("_at") and value]
    return LastEvent(seq=row["seq"], at=max(moments))


def _rows(tables: Tables, challenge: str) -> list[dict[str, Any]]:
    """Return the rows a board follows from."""
    found = [r for name in _FOLLOWS_FROM for r in tables[name].values()]
    found = [row for row in found if row["challenge"] == challenge]
    known = {row["id"] for row in found}
    return found + [row for key, row in tables["score"].items() if key[0] in known]


def _change(kind: Any, subject: str, team: str, author: str, at: str, reason: str) -> Change:
    return Change(kind=kind, subject=subject, team=team, author=author, at=at, reason=reason)
