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
    leave_out,
    refuse_repeated,
)
from .claims_values import date_of, whole_of
from .contracts import check_tables
from .ledger import MOST_REJECTED, Ledger
from .omop_contracts import (
    CONCEPTS,
    CONDITION,
    DRUG_EXPOSURE,
    PERSON,
)
from .omop_persons import person_table, source_table


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
        DataError: ``missing-table``, ``missing-column``, ``repeated-id``, ``repeated-person``,
            ``repeated-concept``, ``too-many-unknown-codes``.
    """
    ledger = Ledger("OMOP", max_rejected)
    check_tables(sources, ["person", "drug_exposure", "observation_period"], ledger.source)
    people = source_table(sources, PERSON, ledger)
    refuse_repeated(people, ["person_id"], "person", ledger.source, "repeated-person")
    persons = person_table(people, sources, ledger)
    drugs = source_table(sources, DRUG_EXPOSURE, ledger)
    refuse_repeated(drugs, ["drug_exposure_id"], "drug_exposure", ledger.source, "repeated-id")
    tables = {"person": persons, "exposure_event": _events(drugs, persons, sources, ledger)}
    if "condition_occurrence" in sources:
        rows = source_table(sources, CONDITION, ledger)
        tables["condition"] = rows.select(
            "person_id",
            date=date_of(rows.condition_start_date),
            concept_id=rows.condition_concept_id,
        )
    return ClaimsReading(tables, ledger)


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
    concepts = source_table(sources, CONCEPTS, ledger)
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
