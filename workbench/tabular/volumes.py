"""Boxes and defined daily doses dispensed: volumes, which say nothing of how many persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.tabular.claims import Claims
from workbench.tabular.dispensed import in_periods
from workbench.tabular.episodes import ddd_of_packs
from workbench.tabular.grains import Several, codes
from workbench.tabular.measure import Exposure, exposure
from workbench.tabular.periods import Period, check_periods
from workbench.tabular.strata import Strata


def boxes(
    claims: Claims,
    grain: str,
    periods: Sequence[Period],
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
) -> Exposure:
    """Return the boxes dispensed in each period, net of regularisations.

    Args:
        claims: The claims.
        grain: See ``grains.GRAINS``.
        periods: Any, overlapping or not.
        strata: What to group persons by.
        several: With ``each``, sums over codes exceed the boxes dispensed.
    """
    return _volume(claims, grain, periods, strata or Strata(), several, "boxes")


def defined_daily_doses(
    claims: Claims,
    grain: str,
    periods: Sequence[Period],
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
) -> Exposure:
    """Return the defined daily doses dispensed in each period.

    Boxes of packs without a dose stand in ``boxes_without_ddd`` beside: they are not 0 doses. A
    cell of such packs alone has no value.

    Args:
        claims: The claims.
        grain: See ``grains.GRAINS``.
        periods: Any, overlapping or not.
        strata: What to group persons by.
        several: With ``each``, sums over codes exceed the doses dispensed.

    Raises:
        DataError: ``two-ddds``: a pack has several values.
    """
    return _volume(claims, grain, periods, strata or Strata(), several, "ddd")


def _volume(
    claims: Claims,
    grain: str,
    periods: Sequence[Period],
    strata: Strata,
    several: Several,
    measure: str,
) -> Exposure:
    """Return boxes or doses by cell."""
    periods = check_periods(periods)
    found = codes(claims.engine, claims.product, grain, several)
    rows = in_periods(claims.events.select("person_id", "cip13", "date", "boxes"), periods)
    rows = rows.inner_join(found.table, "cip13")
    if measure == "ddd":
        rows = rows.inner_join(ddd_of_packs(claims), "cip13")
    person = claims.person.select("person_id", "sex", "birth_year", "region")
    rows = strata.label(rows.inner_join(person, "person_id"), periods)
    cells = rows.group_by("code", "period", *strata.by).aggregate(**_sums(rows, measure))
    groups = ("code", "period", *strata.by)
    settings = {"several": several}
    return exposure(measure, grain, groups, claims.engine.run(cells), settings, found.several)


def _sums(rows: Any, measure: str) -> dict[str, Any]:
    """Return the sums of a measure."""
    if measure == "boxes":
        return {"boxes": rows.boxes.sum()}
    return {
        "ddd": (rows.boxes * rows.ddd_per_box).sum(),
        "boxes_without_ddd": rows.boxes.sum(where=rows.ddd_per_box.isnull()).fill_null(0),
    }
