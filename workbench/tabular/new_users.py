"""New users: persons who start a drug after a washout in which they could have been seen."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import UsageError
from workbench.tabular.claims import Claims
from workbench.tabular.days import days
from workbench.tabular.dispensed import coded, in_periods
from workbench.tabular.grains import Several, codes
from workbench.tabular.measure import Exposure, exposure
from workbench.tabular.periods import Period, check_periods
from workbench.tabular.strata import Strata


def new_users(
    claims: Claims,
    grain: str,
    periods: Sequence[Period],
    washout_days: int,
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
) -> Exposure:
    """Count the distinct persons who start a code in a period.

    A dispensing starts treatment where there is none of the code in the ``washout_days`` days
    before it. The person is a new user where cover had begun when these days did; otherwise
    nobody knows, and the person stands in ``unknown_look_back`` instead, never in both.

    Args:
        claims: The claims.
        grain: See ``grains.GRAINS``.
        periods: Any, overlapping or not.
        washout_days: Days without the code, 1 or more.
        strata: What to group persons by.
        several: What to do with a pack under several codes.

    Raises:
        UsageError: The washout is below a day.
    """
    import ibis

    if washout_days < 1:
        raise UsageError(f"a washout is 1 day or more; got {washout_days}")
    periods, strata = check_periods(periods), strata or Strata()
    found = codes(claims.engine, claims.product, grain, several)
    rows = coded(claims, found).select("person_id", "code", "date").distinct()
    rows = rows.mutate(day=days(rows.date))
    in_order = ibis.window(group_by=[rows.person_id, rows.code], order_by=rows.day)
    rows = rows.mutate(before=rows.day.lag().over(in_order))
    starts = rows.filter(rows.before.isnull() | (rows.before < rows.day - washout_days))
    person = claims.person.select(
        "person_id", "sex", "birth_year", "region", covered=days(claims.person.cover_start)
    )
    starts = in_periods(starts, periods).inner_join(person, "person_id")
    known = (starts.covered <= starts.day - washout_days).ifelse(1, 0)
    groups = ["person_id", "code", "period", "sex", "birth_year", "region"]
    once = starts.mutate(known=known).group_by(groups).aggregate(known=lambda t: t.known.max())
    cells = strata.label(once, periods).group_by("code", "period", *strata.by)
    table = claims.engine.run(
        cells.aggregate(
            new_users=lambda t: t.known.sum(),
            unknown_look_back=lambda t: (1 - t.known).sum(),
        )
    )
    settings = {"washout_days": washout_days, "several": several}
    groups = ["code", "period", *strata.by]
    return exposure("new_users", grain, groups, table, settings, found.several)
