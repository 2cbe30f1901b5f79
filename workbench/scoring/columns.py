"""Finds out which of the allowed column forms a submission uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import Problem, did_you_mean
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.answer_kinds.base import HeaderForm
from workbench.scoring.card import Challenge
from workbench.scoring.forms import DECISION as DECISION
from workbench.scoring.raw import shown

_MOST_EXTRA = 50


@dataclass(frozen=True)
class Columns:
    """How the columns of a file map to the challenge.

    Attributes:
        key: Key column in the file.
        values: Column in the file: numeric column of the canonical table, in its order.
        text: Column of text beside the numbers, such as the class the author decides for.
        further: Columns asked for beside the answer that the file has.
    """

    key: str
    values: dict[str, str]
    text: str | None = None
    further: tuple[str, ...] = ()


def allowed_columns(challenge: Challenge) -> list[HeaderForm]:
    """Return the header forms of a challenge: its own, that of a run, and the card's aliases."""
    return kind_of(challenge).forms(challenge)


def match_columns(
    header: Sequence[str], challenge: Challenge
) -> tuple[Columns | None, list[Problem]]:
    """Return the form a header follows, or the problems that keep it from following any.

    The form that shares most columns with the header is taken as the one that was meant.
    """
    forms = allowed_columns(challenge)
    best = max(forms, key=lambda form: len({form.key, *form.values} & set(header)))
    values = _values_in(best, header)
    text = kind_of(challenge).text_column
    asked = {column.name: column.required for column in challenge.submission.columns}
    further = tuple(name for name in asked if name in header)
    wanted = [best.key, *values, *(name for name, required in asked.items() if required)]
    known = {*wanted, *asked, text}
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
    return Columns(best.key, values, text if text in header else None, further), problems


def _values_in(form: HeaderForm, header: Sequence[str]) -> dict[str, str]:
    """Return the columns of a form that a header must have: optional ones, if any is there."""
    optional = {name for name, column in form.values.items() if column in form.optional}
    left_out = set() if optional & set(header) else optional
    return {name: column for name, column in form.values.items() if name not in left_out}


def _meant(name: str, candidates: Sequence[str]) -> str:
    """Suggest a column, letting case and spaces differ."""
    plain = {candidate.strip().casefold(): candidate for candidate in candidates}
    same = plain.get(name.strip().casefold())
    return (
        f"did you mean '{same}'?" if same else did_you_mean(name[:80], [c[:80] for c in candidates])
    )
