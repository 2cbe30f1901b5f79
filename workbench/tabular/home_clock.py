"""Days out of hospital: a clock that stands still during a stay.

A patient in hospital is given the hospital's drugs, so that the boxes at home last longer. On this
clock stock runs down by one day a day, whatever stays lie between.
"""

from __future__ import annotations

from typing import Any

from workbench.errors import DataError, Problem
from workbench.tabular.contracts import HOSPITAL_STAY, check_columns, check_rows
from workbench.tabular.days import days
from workbench.tabular.engine import Engine


def check_stays(engine: Engine, stays: Any) -> None:
    """Raise where stays cannot be used.

    Raises:
        DataError: ``missing-column``, ``wrong-type``, ``reversed-stay`` or ``overlapping-stays``.
    """
    import ibis

    check_columns(stays, HOSPITAL_STAY, "hospital_stay")
    absent = stays.person_id.isnull() | stays.admission.isnull() | stays.discharge.isnull()
    rules = {
        "no-key": (absent, "person_id, admission or discharge is missing"),
        "reversed-stay": (stays.discharge < stays.admission, "discharge is before admission"),
    }
    check_rows(engine, stays, rules, "hospital_stay")
    order = [stays.admission, stays.discharge]
    earlier = ibis.cumulative_window(group_by=stays.person_id, order_by=order)
    until = stays.mutate(until=stays.discharge.max().over(earlier), row=ibis.row_number().over(
        ibis.window(group_by=stays.person_id, order_by=order)))  # fmt: skip
    before = until.until.lag().over(ibis.window(group_by=until.person_id, order_by=until.row))
    marked = until.mutate(overlaps=before > until.admission)
    count = engine.one(marked.aggregate(n=marked.overlaps.fill_null(False).sum()))["n"]
    if count:
        text = f"{count} stays start before an earlier one of the person has ended"
        problem = Problem("overlapping-stays", text, "table hospital_stay", "merge them first")
        raise DataError("hospital stays overlap", problems=[problem])


def at_home(rows: Any, day: str, stays: Any | None, name: str) -> Any:
    """Return rows with a day on the clock: less the days in hospital before it.

    The days of a stay are those from admission to the day before discharge; all of them are the
    same moment of the clock.

    Args:
        rows: Columns ``person_id`` and ``day``.
        day: Column of days since 1970.
        stays: Checked stays, or None where there are none to take into account.
        name: Of the new column.
    """
    import ibis

    if stays is None:
        return rows.mutate(**{name: rows[day]})
    stay = stays.select(
        stay_person=stays.person_id, admitted=days(stays.admission), left=days(stays.discharge)
    )
    asked = rows.select("person_id", day).distinct()
    met = asked.inner_join(stay, [asked.person_id == stay.stay_person, stay.admitted < asked[day]])
    spent = met.group_by("person_id", day).aggregate(
        spent=(ibis.least(met[day], met.left) - met.admitted).sum()
    )
    joined = rows.left_join(spent, ["person_id", day])
    joined = joined.mutate(**{name: joined[day] - joined.spent.fill_null(0)})
    return joined.select(*rows.columns, name)
