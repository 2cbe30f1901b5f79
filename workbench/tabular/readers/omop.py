"""Tables of the OMOP common data model to ``person``, ``exposure_event`` and ``condition``.

OMOP drugs are concepts: a table of the user's says which pack a concept is. Without it the source
value must be a CIP13.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .claims_tables import (
    Claims,
    ClaimsReading,
    claims_table,
    date_of,
    leave_out,
    refuse_repeated,
    whole_of,
    without_repeats,
)
from .contracts import Contract
from .ledger import MOST_REJECTED, Ledger
from .omop_contracts import (
    CONCEPTS,
    CONDITION,
    DEATH,
    DRUG_EXPOSURE,
    OBSERVATION_PERIOD,
    PERSON,
    SEXES,
)


def read_omop(sources: Mapping[str, Any], *, max_rejected: float = MOST_REJECTED) -> ClaimsReading:
    """Read an OMOP data set.

    Args:
        sources: ``person``, ``drug_exposure``, ``observation_period``; where there are any,
            ``death``, ``condition_occurrence`` and ``concepts`` (drug_concept_id, cip13).
        max_rejected: Share of boxes (0 to 1) without a known pack or person that stops.

    Returns:
        ``person``, ``exposure_event``, and ``condition`` (person_id, date, concept_id) where
        conditions were given. One drug_exposure is one event; no quantity counts as one box, and
        is counted.

    Raises:
        DataError: ``missing-column``, ``repeated-id``, ``repeated-person``, ``repeated-concept``,
            ``too-many-unknown-codes``.
    """
    ledger = Ledger("OMOP", max_rejected)
    people = _table(sources, PERSON, ledger)
    refuse_repeated(people, ["person_id"], "person", ledger.source, "repeated-person")
    persons = _persons(people, sources, ledger)
    drugs = _table(sources, DRUG_EXPOSURE, ledger)
    refuse_repeated(drugs, ["drug_exposure_id"], "drug_exposure", ledger.source, "repeated-id")
    tables = {"person": persons, "exposure_event": _events(drugs, persons, sources, ledger)}
    if "condition_occurrence" in sources:
        rows = _table(sources, CONDITION, ledger)
        tables["condition"] = rows.select(
            "person_id",
            date=date_of(rows.condition_start_date),
            concept_id=rows.condition_concept_id,
        )
    return ClaimsReading(tables, ledger)


def _table(sources: Mapping[str, Any], contract: Contract, ledger: Ledger) -> Claims:
    """Return a table's different rows as text."""
    return without_repeats(
        claims_table(sources[contract.name], contract, ledger), contract.name, ledger
    )


def _persons(people: Claims, sources: Mapping[str, Any], ledger: Ledger) -> Claims:
    """Return ``person``; who has no period of observation is left out."""
    import ibis

    cover = _cover(_table(sources, OBSERVATION_PERIOD, ledger), ledger)
    rows = people.mutate(
        sex=people.gender_concept_id.cases(*SEXES),
        birth_year=whole_of(people.year_of_birth),
        region=people.location_id,
        one=1,
    )
    rows = rows.left_join(cover, "person_id", rname="{name}_cover")
    if "death" in sources:
        deaths = _table(sources, DEATH, ledger)
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


def _events(drugs: Claims, persons: Claims, sources: Mapping[str, Any], ledger: Ledger) -> Claims:
    """Return ``exposure_event``, and count what could not become one."""
    import ibis

    lines = _with_pack(drugs, sources, ledger)
    known = persons.select("person_id", known_person=True)
    lines = lines.left_join(known, "person_id", rname="{name}_known")
    start, end = date_of(lines.drug_exposure_start_date), date_of(lines.drug_exposure_end_date)
    days = lines.days_supply.try_cast("float64")
    lines = lines.select(
        "person_id", "cip13", "known_person", "drug_concept_id", "quantity",
        date=start, end=end,
        days_supply=ibis.ifelse(days > 0, days, ibis.null("float64")),
        boxes=ibis.ifelse(lines.quantity.isnull(), 1, whole_of(lines.quantity)),
    ).cache()  # fmt: skip
    assumed = int(lines.filter(lines.quantity.isnull()).count().execute())
    ledger.decide("no-quantity", "drug_exposure", assumed, "no quantity: one box")
    _reject(lines, ledger)
    kept = leave_out(
        lines,
        [
            (lines.boxes.isnull(), "unreadable-quantity", "the quantity is not a whole number"),
            (lines.boxes <= 0, "negative-quantity", "the quantity is not above 0"),
            (lines.date.isnull(), "unreadable-date", "the first day is not a date"),
            (lines.end < lines.date, "reversed-dates", "the last day is before the first"),
            (lines.cip13.isnull(), "unknown-pack", "no pack for the drug concept"),
            (lines.known_person.isnull(), "unknown-person", "the person is not in person"),
        ],
        "drug_exposure",
        ledger,
    )
    return kept.select(
        "person_id", "date", "cip13", "boxes", "days_supply",
        source=ibis.literal("city"), flow_date=ibis.null("date"),
    )  # fmt: skip


def _with_pack(drugs: Claims, sources: Mapping[str, Any], ledger: Ledger) -> Claims:
    """Return the lines with ``cip13``: by the user's table of concepts, or by the source value."""
    import ibis

    if "concepts" not in sources:
        code = drugs.drug_source_value
        whole = code.re_search(r"^[0-9]{13}$").fill_null(False)
        return drugs.mutate(cip13=ibis.ifelse(whole, code, ibis.null("string")))
    concepts = _table(sources, CONCEPTS, ledger)
    refuse_repeated(concepts, ["drug_concept_id"], "concepts", ledger.source, "repeated-concept")
    return drugs.left_join(concepts, "drug_concept_id", rname="{name}_map")


def _reject(lines: Claims, ledger: Ledger) -> None:
    """Count concepts without a pack and lines without a person; stop above the share."""
    size = lines.boxes.abs().fill_null(0)
    total = float(lines.agg(total=size.sum().fill_null(0)).execute()["total"].iloc[0])
    strange = lines.filter(lines.cip13.isnull())
    codes = strange.group_by(code=strange.drug_concept_id).agg(
        rows=strange.count(), volume=strange.boxes.abs().fill_null(0).sum()
    )
    ledger.reject("drug_exposure", "drug_concept_id", codes.execute(), total)
    nobody = lines.filter(lines.known_person.isnull())
    counted = nobody.agg(rows=nobody.count(), volume=nobody.boxes.abs().sum().fill_null(0))
    frame = counted.execute().assign(code="(person left out or not in person)")
    ledger.reject("drug_exposure", "person_id", frame[frame["rows"] > 0], total)
