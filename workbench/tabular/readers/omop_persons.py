"""OMOP persons with the cover of their longest observation and their day of death."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .claims_tables import Claims, backend_of, claims_table, leave_out, without_repeats
from .claims_values import date_of, whole_of
from .contracts import Contract
from .ledger import Ledger
from .omop_contracts import DEATH, OBSERVATION_PERIOD, SEXES


def source_table(sources: Mapping[str, Any], contract: Contract, ledger: Ledger) -> Claims:
    """Return a table's different rows as text."""
    return without_repeats(
        claims_table(sources[contract.name], contract, ledger, backend_of(sources)),
        contract.name,
        ledger,
    )


def person_table(people: Claims, sources: Mapping[str, Any], ledger: Ledger) -> Claims:
    """Return ``person``; who has no period of observation is left out."""
    import ibis

    cover = _cover(source_table(sources, OBSERVATION_PERIOD, ledger), ledger)
    rows = people.mutate(
        sex=people.gender_concept_id.cases(*SEXES),
        birth_year=whole_of(people.year_of_birth),
        region=people.location_id,
        one=1,
    )
    rows = rows.left_join(cover, "person_id", rname="{name}_cover")
    if "death" in sources:
        deaths = source_table(sources, DEATH, ledger)
        first = deaths.group_by("person_id").agg(death_date=date_of(deaths.death_date).min())
        rows = rows.left_join(first, "person_id", rname="{name}_dead")
    else:
        rows = rows.mutate(death_date=ibis.null("date"))
    rows = leave_out(
        rows,
        [
            (rows.cover_start.isnull(), "no-cover", "no period of observation"),
            (rows.death_date < rows.cover_start, "reversed-dates", "death before the observation"),
        ],
        "person",
        ledger,
        "one",
    )
    unknown = int(rows.filter(rows.sex.isnull() | rows.birth_year.isnull()).count().execute())
    ledger.decide("unknown-characteristics", "person", unknown, "no year of birth or no sex")
    names = "person_id", "sex", "birth_year", "region", "cover_start", "cover_end", "death_date"
    return rows.select(*names).cache()


def _cover(periods: Claims, ledger: Ledger) -> Claims:
    """Return each person's longest period of observation; shorter ones are left out and counted."""
    import ibis

    rows = periods.select(
        "person_id",
        cover_start=date_of(periods.observation_period_start_date),
        cover_end=date_of(periods.observation_period_end_date),
        one=1,
    )
    rows = leave_out(
        rows,
        [
            (rows.cover_start.isnull(), "unreadable-date", "no first day that is a date"),
            (rows.cover_end < rows.cover_start, "reversed-dates", "the end is before the start"),
        ],
        "observation_period",
        ledger,
        "one",
    )
    # An open period is the longest.
    end = rows.cover_end.fill_null(ibis.date("9999-12-31"))
    order = [(end.delta(rows.cover_start, unit="day")).desc(), rows.cover_start]
    place = ibis.row_number().over(ibis.window(group_by="person_id", order_by=order))
    rows = rows.mutate(place=place)
    words = "another, longer period of the same person"
    kept = leave_out(
        rows, [(rows.place > 0, "shorter-period", words)], "observation_period", ledger, "one"
    )
    return kept.drop("one", "place")
