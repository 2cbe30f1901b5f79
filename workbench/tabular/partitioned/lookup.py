"""What a walk over dispensings looks up: codes of a pack, periods of a day, stratum of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.tabular.days import day_number
from workbench.tabular.grains import Codes
from workbench.tabular.partitioned.store import PartitionedClaims
from workbench.tabular.periods import Period
from workbench.tabular.strata import Strata

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lookup:
    """Tables by number.

    Attributes:
        codes: Names of the codes, in order.
        first_day: The day that ``day_starts`` starts with.
        day_starts: Where each day starts in ``day_periods``, ``(days + 1,)``.
        day_periods: Periods of each day.
        pack_starts: Where each pack starts in ``pack_codes``, ``(packs + 1,)``.
        pack_codes: Codes of each pack.
        kind: Of each person, ``(persons,)``.
        stratum: Of each kind in each period, ``(kinds, periods)``.
        strata: One row a stratum, with its labels.
    """

    codes: list[str]
    first_day: int
    day_starts: Ints
    day_periods: Ints
    pack_starts: Ints
    pack_codes: Ints
    kind: NDArray[np.int32]
    stratum: NDArray[np.int32]
    strata: pd.DataFrame


def lookup(
    store: PartitionedClaims, codes: Codes, periods: Sequence[Period], strata: Strata
) -> Lookup:
    """Return the tables of one count."""
    names, pack_starts, pack_codes = _packs(store, codes)
    first_day, day_starts, day_periods = _days(periods)
    stratum, labels = _strata(store, periods, strata)
    kinds = store.engine.table(store.small("person").order_by("number").select("kind"))
    kind = kinds["kind"].to_numpy().astype(np.int32)
    return Lookup(
        names,
        first_day,
        day_starts,
        day_periods,
        pack_starts,
        pack_codes,
        kind,
        stratum,
        labels,
    )


def _packs(store: PartitionedClaims, codes: Codes) -> tuple[list[str], Ints, Ints]:
    """Return the codes and, by number, which of them each pack has."""
    pack = store.engine.run(store.small("pack").order_by("pack"))
    pairs = store.engine.run(codes.table).merge(pack, on="cip13", validate="m:1")
    names = sorted(pairs["code"].unique().tolist())
    numbered = pairs["code"].map({name: i for i, name in enumerate(names)})
    starts, values = _grouped(pairs["pack"].to_numpy(), numbered.to_numpy(), len(pack))
    return names, starts, values


def _days(periods: Sequence[Period]) -> tuple[int, Ints, Ints]:
    """Return the first day of all periods and, by day from it, which periods it is in."""
    first = min(day_number(p.first) for p in periods)
    last = max(day_number(p.last) for p in periods)
    spans = [np.arange(day_number(p.first), day_number(p.last) + 1) for p in periods]
    day = np.concatenate(spans) - first
    period = np.repeat(np.arange(len(periods)), [len(span) for span in spans])
    starts, values = _grouped(day, period, last - first + 1)
    return first, starts, values


def _grouped(group: NDArray[np.int64], value: NDArray[np.int64], n: int) -> tuple[Ints, Ints]:
    """Return values by group number: where each group starts, and the values in order."""
    order = np.lexsort((value, group))
    starts = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=n))])
    return starts.astype(np.int64), value[order].astype(np.int64)


def _strata(
    store: PartitionedClaims, periods: Sequence[Period], strata: Strata
) -> tuple[NDArray[np.int32], pd.DataFrame]:
    """Return the stratum of each kind in each period, labelled by the same expression as ever."""
    kinds = store.small("kind")
    count = int(store.engine.one(kinds.aggregate(n=kinds.count()))["n"])
    if not strata.by:
        return np.zeros((count, len(periods)), np.int32), pd.DataFrame(index=[0])
    named = pd.DataFrame({"place": range(len(periods)), "period": [p.name for p in periods]})
    rows = store.engine.frame(named, {"place": "int64", "period": "string"}).cross_join(kinds)
    labelled = store.engine.run(strata.label(rows, periods))
    keys = list(strata.by)
    labels = labelled[keys].drop_duplicates().sort_values(keys).reset_index(drop=True)
    number = pd.MultiIndex.from_frame(labels).get_indexer(pd.MultiIndex.from_frame(labelled[keys]))
    stratum = np.zeros((count, len(periods)), np.int32)
    stratum[labelled["kind"].to_numpy(), labelled["place"].to_numpy()] = number
    return stratum, labels
