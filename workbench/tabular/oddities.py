"""Dispensings that can be true or a fault: counted, so that somebody decides."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.tabular.claims import Claims


@dataclass(frozen=True)
class Oddities:
    """Numbers of dispensings; one may be in several.

    All of them count in patients, new users, boxes and doses. Person-years leave out what is before
    or after cover, and after death.

    Attributes:
        dispensings: All of them.
        after_death: Dated after the day of death (late collection by a relative, or a wrong date).
        before_cover: Dated before the first day of cover.
        after_cover: Dated after the last day of cover.
        before_birth: Dated in a year before the year of birth.
    """

    dispensings: int
    after_death: int
    before_cover: int
    after_cover: int
    before_birth: int


def oddities(claims: Claims) -> Oddities:
    """Count the odd dispensings of claims."""
    person = claims.person.select(
        "person_id", "birth_year", "cover_start", "cover_end", "death_date"
    )
    rows = claims.events.select("person_id", "date").inner_join(person, "person_id")
    marks = {
        "after_death": rows.date > rows.death_date,
        "before_cover": rows.date < rows.cover_start,
        "after_cover": rows.date > rows.cover_end,
        "before_birth": rows.date.year() < rows.birth_year,
    }
    sums = {name: mark.fill_null(False).sum() for name, mark in marks.items()}
    counts = claims.engine.one(rows.aggregate(dispensings=rows.count(), **sums))
    return Oddities(**{name: int(value or 0) for name, value in counts.items()})
