"""Covariates of the schema: what is known at time zero, and what changes afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.schema_tables import SchemaTables
from workbench.methods.causal.table_outcomes import RELAPSES

# A level of fewer persons joins the level ``other``: no weight model can learn from it.
FEWEST_OF_A_LEVEL = 20
#: Covariate and the column of ``person`` or ``tumour`` it is made of.
SOURCES = {
    "age": "age",
    "sex": "sex",
    "region": "region",
    "site": "site",
    "histology": "histology_icdo3",
    "grade": "fnclcc_grade",
    "size": "size_mm",
    "depth": "depth",
    "margins": "margins",
    "mtb_before": "mtb_before",
    "expert_centre": "expert_centre",
    "ecog": "ecog",
}
_NUMBERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "age": lambda years: years / 10.0,
    "size": np.log,
    "ecog": lambda score: score,
}
MOVING = ("ecog", "complication", "relapse")


def baseline_columns(
    tables: SchemaTables, people: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """Return the baseline covariates that a protocol adjusts for, numeric, nothing missing.

    Age in decades, the logarithm of size, ECOG as a number; everything else as dummies
    ``name=level`` against the most frequent level. A missing number becomes the median with an
    indicator ``name=missing``, a missing level is a level of its own.

    Raises:
        UsageError: ``unknown-covariate``.
        DataError: ``no-column``: no table has the column; ``known-after-time-zero``.
    """
    ecog = _moving_rows(tables, people, "ecog")
    if len(ecog):
        last = ecog[ecog["day"] <= 0].groupby("person")["ecog"].last()
        people = people.assign(ecog=last.reindex(people.index))
    wanted = protocol.adjust.baseline
    if wanted == "all":
        late = () if protocol.time_zero == "surgery" else ("margins",)
        wanted = [n for n, c in SOURCES.items() if c in people.columns and n not in late]
    _check_known(wanted, people, protocol)
    parts = [_number(people, n) if n in _NUMBERS else _levels(people, n) for n in wanted]
    empty = pd.DataFrame(index=people.index)
    return pd.concat([empty, *parts], axis=1).reset_index(drop=True)


def moving_table(
    tables: SchemaTables, people: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame | None:
    """Return ``person``, ``day`` and the covariates that change, each row with all values known.

    ``ecog`` is as it was last noted (before any note, the median); ``complication`` and ``relapse``
    are 1 from the day of the first on.

    Raises:
        UsageError: ``unknown-covariate``.
    """
    wanted = protocol.adjust.time_varying
    if not wanted:
        return None
    unknown = [name for name in wanted if name not in MOVING]
    if unknown:
        _raise_unknown(unknown, MOVING, "adjust.time_varying")
    first = pd.DataFrame({"person": people.index.astype(str), "day": -np.inf})
    rows = pd.concat([first, *(_moving_rows(tables, people, name) for name in wanted)])
    rows = rows.reindex(columns=["person", "day", *wanted])
    rows = rows.sort_values(["person", "day"], kind="stable", ignore_index=True)
    rows[wanted] = rows.groupby("person")[wanted].ffill()
    middle = {name: float(rows[name].median()) if name == "ecog" else 0.0 for name in wanted}
    rows = rows.fillna({name: 0.0 if np.isnan(v) else v for name, v in middle.items()})
    rows["day"] = rows["day"].clip(lower=0.0)
    return rows.drop_duplicates(["person", "day"], keep="last").reset_index(drop=True)


def negative_control(
    tables: SchemaTables, people: pd.DataFrame, protocol: Protocol, end: np.ndarray
) -> np.ndarray | None:
    """Return 1 where the control outcome that the protocol names was seen after day 0, or None."""
    named = [one for one in protocol.sensitivity if isinstance(one, dict)]
    events = [one["negative_control_outcome"] for one in named if "negative_control_outcome" in one]
    if not events:
        return None
    rows = tables.condition[tables.condition["event"] == events[0]]
    rows = rows[rows["date"] > rows["person_id"].map(people["zero"])]
    days = tables.first_day(rows, people["zero"]).to_numpy()
    return np.asarray(days <= end).astype(np.int8)


def _moving_rows(tables: SchemaTables, people: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return ``person``, ``day`` and one covariate that changes."""
    if name == "ecog":
        rows = tables.visit
        rows = rows[rows["ecog"].notna()] if "ecog" in rows.columns else rows.head(0)
        values = rows["ecog"].astype("float64") if len(rows) else pd.Series(dtype="float64")
    else:
        events = RELAPSES if name == "relapse" else (name,)
        rows = tables.condition[tables.condition["event"].isin(events)]
        values = pd.Series(1.0, index=rows.index)
    zero = pd.to_datetime(rows["person_id"].map(people["zero"]))
    day = (rows["date"] - zero).dt.days
    found = pd.DataFrame({"person": rows["person_id"], "day": day, name: values})
    found = found[found["person"].isin(people.index)].astype({"day": "float64"})
    return found.sort_values(["person", "day"], kind="stable")


def _number(people: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a number, with an indicator where some are missing."""
    raw = pd.to_numeric(people[SOURCES[name]], errors="coerce").to_numpy(dtype=float)
    values = _NUMBERS[name](np.where(raw > 0, raw, np.nan) if name == "size" else raw)
    hole = ~np.isfinite(values)
    filled = np.where(hole, np.nanmedian(values) if not hole.all() else 0.0, values)
    columns = {name: filled} | ({f"{name}=missing": hole.astype(float)} if hole.any() else {})
    return pd.DataFrame(columns, index=people.index)


def _levels(people: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return dummies against the most frequent level; rare levels are ``other``."""
    values = people[SOURCES[name]]
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")  # a whole number with gaps is no "2.0"
    text = values.astype("string").fillna("missing")
    counts = text.value_counts()
    rare = counts.index[counts < FEWEST_OF_A_LEVEL]
    text = text.where(~text.isin(rare), "other")
    counts = text.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    columns = {f"{name}={level}": (text == level).astype(float) for level in counts.index[1:]}
    return pd.DataFrame(columns, index=people.index)


def _check_known(wanted: Sequence[str], people: pd.DataFrame, protocol: Protocol) -> None:
    unknown = [name for name in wanted if name not in SOURCES]
    if unknown:
        _raise_unknown(unknown, tuple(SOURCES), "adjust.baseline")
    problems = [
        Problem(
            "no-column", f"no table has the column '{SOURCES[name]}'", f"adjust.baseline, {name}"
        )
        for name in wanted
        if SOURCES[name] not in people.columns
    ]
    if "margins" in wanted and protocol.time_zero != "surgery":
        text = f"margins are known from surgery on, and time zero is {protocol.time_zero}"
        problems.append(Problem("known-after-time-zero", text, "adjust.baseline", "leave it out"))
    if problems:
        raise DataError("covariates cannot be taken from the tables", problems=problems)


def _raise_unknown(names: Sequence[str], known: Sequence[str], where: str) -> None:
    problems = [
        Problem(
            "unknown-covariate",
            f"no covariate '{name}'",
            where,
            did_you_mean(name, known) or f"known: {', '.join(known)}",
        )
        for name in names
    ]
    raise UsageError("the protocol adjusts for what is not there", problems=problems)
