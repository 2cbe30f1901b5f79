"""Treatment episodes from dispensings: stock carried over, gaps bridged, grace at the end.

Stock at a dispensing depends on all before it. With starts s, supplies d and D their running sum,
the day on which the stock ends is ``D_i + max over j <= i of (s_j - D_(j-1))``: a window, no loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from workbench.errors import DataError, Problem, UsageError
from workbench.tabular.claims import Claims
from workbench.tabular.days import days
from workbench.tabular.dispensed import coded
from workbench.tabular.grains import Codes
from workbench.tabular.home_clock import at_home

Supply = Literal["stated", "ddd"]


@dataclass(frozen=True)
class EpisodeRules:
    """How dispensings become time on treatment. Nothing here has a right answer: state it.

    Attributes:
        gap_days: Days without drug between two supplies that still belong to one episode, and count
            as treated.
        grace_days: Days after the last supply of an episode that count as treated.
        stockpiling: Whether what is left at a dispensing is taken after it; otherwise it is lost.
        supply: ``stated`` takes ``days_supply``; ``ddd`` takes boxes times ``ddd_per_box``, one
            defined daily dose a day.
    """

    gap_days: int
    grace_days: int
    stockpiling: bool
    supply: Supply

    def __post_init__(self) -> None:
        """Refuse what is no rule.

        Raises:
            UsageError: Days below 0, or an unknown supply.
        """
        if self.gap_days < 0 or self.grace_days < 0:
            raise UsageError(f"gap and grace are 0 days or more; got {self}")
        if self.supply not in ("stated", "ddd"):
            raise UsageError(f"supply is stated or ddd; got '{self.supply}'")


def episodes(claims: Claims, codes: Codes, rules: EpisodeRules, stays: Any | None = None) -> Any:
    """Return the episodes of each person and code.

    Args:
        claims: The claims.
        codes: Codes of each pack.
        rules: How dispensings become time.
        stays: Checked hospital stays, during which stock does not run down; None to ignore them.

    Raises:
        DataError: ``no-supply``: dispensings whose days are not known.

    Returns:
        Columns ``person_id``, ``code``, ``start``, ``end`` (days since 1970 on the clock of
        ``home_clock``, the end not included).
    """
    import ibis

    rows = coded(claims, codes).mutate(day=days(coded(claims, codes).date))
    rows = _supplied(claims, rows, rules)
    daily = rows.group_by("person_id", "code", "day").aggregate(supply=rows.supply.sum())
    clock = at_home(daily.filter(daily.supply > 0), "day", stays, "start")

    def within(table: Any) -> Any:
        return ibis.cumulative_window(
            group_by=[table.person_id, table.code], order_by=[table.start, table.day]
        )

    if rules.stockpiling:
        total = clock.mutate(total=clock.supply.sum().over(within(clock)))
        free = total.mutate(free=total.start - (total.total - total.supply))
        ended = free.mutate(end=free.total + free.free.max().over(within(free)))
    else:
        until = clock.mutate(until=clock.start + clock.supply)
        ended = until.mutate(end=until.until.max().over(within(until)))
    in_order = ibis.window(
        group_by=[ended.person_id, ended.code], order_by=[ended.start, ended.day]
    )
    linked = ended.mutate(before=ended.end.lag().over(in_order))
    allowed = max(rules.gap_days, rules.grace_days)
    opened = linked.before.isnull() | (linked.start > linked.before + allowed)
    marked = linked.mutate(opens=opened.ifelse(1, 0))
    numbered = marked.mutate(episode=marked.opens.sum().over(within(marked)))
    return numbered.group_by("person_id", "code", "episode").aggregate(
        start=numbered.start.min().cast("float64"), end=numbered.end.max() + rules.grace_days
    )


def _supplied(claims: Claims, rows: Any, rules: EpisodeRules) -> Any:
    """Return dispensings with their days of supply.

    Raises:
        DataError: Some have none.
    """
    if rules.supply == "stated":
        rows = rows.mutate(supply=rows.days_supply)
    else:
        rows = rows.inner_join(ddd_of_packs(claims), "cip13")
        rows = rows.mutate(supply=rows.boxes * rows.ddd_per_box)
    count = claims.engine.one(rows.aggregate(n=rows.count(), without=rows.supply.isnull().sum()))
    if count["without"]:
        column = "days_supply" if rules.supply == "stated" else "ddd_per_box"
        problem = Problem(
            "no-supply",
            f"{count['without']} of {count['n']} dispensings have no {column}",
            "table exposure_event" if rules.supply == "stated" else "table product",
            "choose the other supply, or leave these packs out",
        )
        raise DataError("time on treatment needs days of supply", problems=[problem])
    return rows


def ddd_of_packs(claims: Claims) -> Any:
    """Return ``ddd_per_box`` of each pack, once.

    Raises:
        DataError: ``two-ddds``: a pack has several values, which none can choose between.
    """
    pairs = claims.product.select("cip13", "ddd_per_box").distinct()
    by_pack = pairs.group_by("cip13").aggregate(
        ddd_per_box=pairs.ddd_per_box.max(), values=pairs.ddd_per_box.nunique()
    )
    twice = claims.engine.one(by_pack.aggregate(n=(by_pack["values"] > 1).sum()))["n"]
    if twice:
        text = f"{twice} packs have several values of ddd_per_box"
        raise DataError(
            "defined daily doses are ambiguous",
            problems=[Problem("two-ddds", text, "table product", "keep one value a pack")],
        )
    return by_pack.drop("values")
