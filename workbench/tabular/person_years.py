"""Person-years on treatment: episodes cut at period, cover and death."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbench.tabular.claims import Claims
from workbench.tabular.days import day_number, days
from workbench.tabular.episodes import EpisodeRules, episodes
from workbench.tabular.grains import Several, codes
from workbench.tabular.home_clock import at_home, check_stays
from workbench.tabular.measure import Exposure, exposure
from workbench.tabular.periods import Period, check_periods
from workbench.tabular.strata import Strata

DAYS_A_YEAR = 365.25


def person_years(
    claims: Claims,
    grain: str,
    periods: Sequence[Period],
    rules: EpisodeRules,
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
    stays: Any | None = None,
) -> Exposure:
    """Return the years on treatment in each period, added over persons.

    A day counts where an episode covers it, it is within the period, from the first day of cover to
    the last, and not after the day of death; all these days are included. Treatment that started
    before the period counts from the period's first day.

    Args:
        claims: The claims.
        grain: See ``grains.GRAINS``. Two packs of one code are one treatment: their supplies follow
            each other.
        periods: Any, overlapping or not.
        rules: How dispensings become time; see ``EpisodeRules``.
        strata: What to group persons by.
        several: What to do with a pack under several codes.
        stays: Hospital stays (``contracts.HOSPITAL_STAY``): during one, stock at home does not run
            down and no time is counted. None where stays are to be ignored.

    Raises:
        DataError: A period, a pack, a supply or a stay cannot be used.
    """
    periods, strata = check_periods(periods), strata or Strata()
    if stays is not None:
        check_stays(claims.engine, stays)
    found = codes(claims.engine, claims.product, grain, several)
    treated = episodes(claims, found, rules, stays)
    cells = treated.inner_join(_observed(claims, periods, stays), "person_id")
    cells = cells.mutate(days=_overlap(cells))
    cells = strata.label(cells.filter(cells.days > 0), periods)
    cells = cells.group_by("code", "period", *strata.by).aggregate(days=cells.days.sum())
    table = claims.engine.run(cells)
    table["person_years"] = table.pop("days") / DAYS_A_YEAR
    settings = {
        "rules": rules,
        "hospital_stays": "ignored" if stays is None else "excluded",
        "several": several,
    }
    groups = ("code", "period", *strata.by)
    return exposure("person_years", grain, groups, table, settings, found.several)


def _observed(claims: Claims, periods: Sequence[Period], stays: Any | None) -> Any:
    """Return when each person is observed within each period, on the clock of days at home."""
    import ibis

    named = pd.DataFrame(
        [(p.name, day_number(p.first), day_number(p.last)) for p in periods],
        columns=["period", "period_first", "period_last"],
    )
    types = {"period": "string", "period_first": "int64", "period_last": "int64"}
    rows = claims.person.cross_join(claims.engine.frame(named, types))
    last = ibis.least(
        rows.period_last,
        days(rows.cover_end).fill_null(rows.period_last),
        days(rows.death_date).fill_null(rows.period_last),
    )
    rows = rows.mutate(
        from_day=ibis.greatest(rows.period_first, days(rows.cover_start)), to_day=last + 1
    )
    rows = rows.filter(rows.from_day < rows.to_day)
    rows = rows.select("person_id", "sex", "birth_year", "region", "period", "from_day", "to_day")
    return at_home(at_home(rows, "from_day", stays, "opens"), "to_day", stays, "closes")


def _overlap(cells: Any) -> Any:
    """Return the days an episode and an observed stretch have in common; below 0 where none."""
    import ibis

    first = ibis.greatest(cells.start, cells.opens.cast("float64"))
    return ibis.least(cells.end, cells.closes.cast("float64")) - first
