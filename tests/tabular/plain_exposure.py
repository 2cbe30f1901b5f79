"""Exposure by loops over days and sets of persons: slow, and obvious enough to be believed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.periods import Period
from workbench.tabular.strata import Strata

from .world import World

Cell = tuple[Any, ...]
_LENGTH = {"atc1": 1, "atc2": 3, "atc3": 4, "atc4": 5, "atc5": 7}
_DAY = dt.timedelta(days=1)


def codes_of(world: World, cip13: str, grain: str) -> set[str]:
    found = set()
    for name, cis, substance, atc5, _ in world.product:
        if name == cip13:
            if grain in _LENGTH:
                code = atc5[: _LENGTH[grain]] if atc5 and len(atc5) >= _LENGTH[grain] else None
            else:
                code = {"pack": name, "speciality": cis, "substance": substance}[grain]
            found |= {code} - {None}
    return found


def stratum(world: World, who: str, period: Period, strata: Strata) -> Cell:
    [(_, sex, born, region, *_)] = [row for row in world.person if row[0] == who]
    labels = {"sex": sex or "unknown", "region": region or "unknown", "age": "unknown"}
    if born is not None:
        age = period.first.year - born
        if age < 0 and born <= period.last.year:
            age = 0
        for low, band in zip(strata.age_from, strata.bands, strict=True):
            if age >= low:
                labels["age"] = band
    return tuple(labels[name] for name in strata.by)


def exposed(world: World, grain: str, periods: Sequence[Period], strata: Strata) -> dict[Cell, int]:
    seen = defaultdict(set)
    for who, date, cip13, *_ in world.events:
        for period in periods:
            if period.first <= date <= period.last:
                for code in codes_of(world, cip13, grain):
                    cell = (code, period.name, *stratum(world, who, period, strata))
                    seen[cell].add(who)
    return {cell: len(persons) for cell, persons in seen.items()}


def new_users(
    world: World, grain: str, periods: Sequence[Period], washout: int, strata: Strata
) -> dict[Cell, tuple[int, int]]:
    dates = defaultdict(set)
    for who, date, cip13, *_ in world.events:
        for code in codes_of(world, cip13, grain):
            dates[who, code].add(date)
    known, unknown = defaultdict(set), defaultdict(set)
    for (who, code), when in dates.items():
        [cover] = [row[4] for row in world.person if row[0] == who]
        for period in periods:
            for date in when:
                washed = {date - k * _DAY for k in range(1, washout + 1)}
                if period.first <= date <= period.last and not washed & when:
                    cell = (code, period.name, *stratum(world, who, period, strata))
                    (known if cover <= min(washed) else unknown)[cell].add(who)
    return {c: (len(known[c]), len(unknown[c] - known[c])) for c in {*known, *unknown}}


def treated_days(
    dispensed: dict[dt.date, int], in_hospital: set[dt.date], rules: EpisodeRules, last: dt.date
) -> set[dt.date]:
    """Return the days at home on which one person is treated, one day after the other."""
    home, day = [], min(dispensed)
    while day <= last:
        home += [day] if day not in in_hospital else []
        day += _DAY
    brought, day = defaultdict(list), min(dispensed)
    for date, supply in sorted(dispensed.items()):
        at = next((i for i, d in enumerate(home) if d >= date), len(home))
        brought[at].append(supply)
    treated, stock = [], 0
    for i in range(len(home)):
        for supply in brought[i]:
            stock = stock + supply if rules.stockpiling else max(stock, supply)
        treated.append(stock > 0)
        stock = max(stock - 1, 0)
    filled, quiet = list(treated), None
    for i, on in enumerate(treated):
        if on and quiet is not None and i - quiet <= max(rules.gap_days, rules.grace_days):
            filled[quiet:i] = [True] * (i - quiet)
        if on:
            quiet = i + 1
    graced, left = list(filled), 0
    for i, on in enumerate(filled):
        left = rules.grace_days if on else left - 1
        graced[i] = on or (left >= 0 and (i > 0 and graced[i - 1]))
    return {d for d, on in zip(home, graced, strict=True) if on}


def person_days(
    world: World,
    grain: str,
    periods: Sequence[Period],
    rules: EpisodeRules,
    strata: Strata,
    stays: bool,
) -> dict[Cell, int]:
    supplies: dict[Any, dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for who, date, cip13, _, supply, *_ in world.events:
        if supply:
            for code in codes_of(world, cip13, grain):
                supplies[who, code][date] += int(supply)
    total: dict[Cell, int] = defaultdict(int)
    for (who, code), dispensed in supplies.items():
        away = {
            admitted + k * _DAY
            for name, admitted, left in (world.stays if stays else [])
            for k in range((left - admitted).days)
            if name == who
        }
        [row] = [row for row in world.person if row[0] == who]
        last = max(p.last for p in periods)
        for date in treated_days(dispensed, away, rules, last):
            for period in periods:
                inside = period.first <= date <= period.last and row[4] <= date
                if inside and date <= (row[5] or date) and date <= (row[6] or date):
                    total[(code, period.name, *stratum(world, who, period, strata))] += 1
    return dict(total)
