"""Finds out which of the allowed column forms a submission uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import Problem, did_you_mean
from workbench.scoring.card import Challenge
from workbench.scoring.raw import shown

DECISION = "decision"
_MOST_EXTRA = 50


@dataclass(frozen=True)
class Columns:
    """How the columns of a file map to the challenge.

    Attributes:
        key: Key column in the file.
        classes: Column in the file: class, in the order of the classes.
        decision: Optional column that names the class the author decides for.
        further: Columns asked for beside the answer that the file has.
    """

    key: str
    classes: dict[str, str]
    decision: str | None = None
    further: tuple[str, ...] = ()

    @property
    def expected(self) -> list[str]:
        """The header a file of this form has."""
        return [self.key, *self.classes]


def allowed_columns(challenge: Challenge) -> list[Columns]:
    """Return the header forms of a challenge: its own, that of a run, and the card's aliases.

    A run's table of predictions (``case, p_<class> ...``) is a submission as it stands.
    """
    own = {name: name for name in challenge.classes}
    run = {f"p_{name}": name for name in challenge.classes}
    forms = [Columns(challenge.key, own), Columns(challenge.key, run)]
    for alias in challenge.submission.aliases:
        order = sorted(alias.columns.items(), key=lambda pair: challenge.classes.index(pair[1]))
        forms.append(Columns(alias.key, dict(order)))
    return forms


def match_columns(
    header: Sequence[str], challenge: Challenge
) -> tuple[Columns | None, list[Problem]]:
    """Return the form a header follows, or the problems that keep it from following any.

    The form that shares most columns with the header is taken as the one that was meant.
    """
    forms = allowed_columns(challenge)
    best = max(forms, key=lambda form: len(set(form.expected) & set(header)))
    asked = {column.name: column.required for column in challenge.submission.columns}
    further = tuple(name for name in asked if name in header)
    wanted = [*best.expected, *(name for name, required in asked.items() if required)]
    known = {*wanted, *asked, DECISION}
    missing = [name for name in wanted if name not in header]
    extra = [name for name in header if name not in known]
    if len(extra) > _MOST_EXTRA:
        message = f"{len(header):,} columns, expected {len(wanted)}"
        remedy = f"expected header: {','.join(wanted)}"
        return None, [Problem("too-many-columns", message, "header", remedy)]
    remedy = f"expected header: {','.join(wanted)}"
    problems = [
        Problem(
            "missing-column", f"column '{name}' is missing", "header", _meant(name, extra) or remedy
        )
        for name in missing
    ]
    problems += [
        Problem(
            "unknown-column",
            f"column '{shown(name)}' is not known",
            "header",
            _meant(name, missing) or remedy,
        )
        for name in extra
    ]
    if missing:
        return None, problems
    decision = DECISION if DECISION in header else None
    return Columns(best.key, best.classes, decision, further), problems


def _meant(name: str, candidates: Sequence[str]) -> str:
    """Suggest a column, letting case and spaces differ."""
    plain = {candidate.strip().casefold(): candidate for candidate in candidates}
    same = plain.get(name.strip().casefold())
    return (
        f"did you mean '{same}'?" if same else did_you_mean(name[:80], [c[:80] for c in candidates])
    )
