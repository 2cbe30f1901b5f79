"""A run folder of reporting rates in the form `workbench rates` writes, with made-up numbers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.methods.rates.poisson import count_interval

YEARS = ["2019", "2020", "2021", "2022"]
SEXES = ["F", "M"]
AGES = ["0-19", "20-64", "65+"]
ORGANS = ["Gastrointestinal disorders", "Skin disorders", "Nervous system disorders", "Vascular"]
NOTIFIERS = ["physician", "pharmacist", "patient"]
HOSTILE = "<script>alert('x')</script>"
LEAST = 11


def write_rates(folder: Path, *, substances: int = 14, seed: int = 3) -> Path:
    """Write a whole release: few substances with hidden numbers, one nobody reported, one alone.

    Args:
        folder: Where to write.
        substances: How many; the first ones are the odd ones.
        seed: Of the numbers.
    """
    rng = np.random.default_rng(seed)
    (folder / "tables").mkdir(parents=True)
    listed = _substances(substances)
    exposed = _exposed(listed, rng)
    tables: dict[str, Callable[[], pd.DataFrame]] = {
        "substances": lambda: listed,
        "flow": _flow,
        "rates": lambda: _rates(listed, exposed, rng),
        "cases": lambda: _cases(listed, exposed, rng),
        "classes": lambda: _classes(listed, exposed),
        "standardised": lambda: _standardised(listed, exposed),
        "trend": lambda: _trend(listed, exposed, rng),
        "signals": lambda: _signals(listed, exposed, rng),
        "under_reporting": lambda: _under_reporting(listed, exposed),
        "changes": _changes,
        "rejects": _rejects,
    }
    for name, make in tables.items():
        make().to_csv(folder / "tables" / f"{name}.csv", index=False)
    _facts(folder, listed)
    return folder


def _substances(n: int) -> pd.DataFrame:
    """Return the list: three to a class, the last class has one; a hostile name among them."""
    names = ["Aspirine", HOSTILE, "Zéolithe & co", "Hydroxychloroquine sulfate (extra long name)"]
    labels = [names[i] if i < len(names) else f"Substance {i:03d}" for i in range(n)]
    groups = [f"A{i // 4:02d}B" for i in range(n)]
    return pd.DataFrame(
        {
            "code": [f"A{i // 4:02d}BA{i:02d}" for i in range(n)],
            "label": labels,
            "class": groups,
            "class_label": [f"Class {group}" for group in groups],
            "first_dispensed": "2019-02",
            "first_report": "2019-05",
        }
    )


def _exposed(listed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return exposed patients and cases of each substance, small ones first."""
    n = len(listed)
    exposed = np.round(10 ** rng.uniform(3, 5.5, n)).astype(int)
    cases = rng.poisson(exposed * 2e-3 * rng.gamma(4, 0.25, n))
    exposed[1], cases[1] = 800, 4  # hidden
    exposed[2], cases[2] = 5200, 0  # nobody reported
    exposed[0], cases[0] = 254_321, 612
    return pd.DataFrame({"code": listed["code"], "exposed": exposed, "cases": cases})


def _hide(frame: pd.DataFrame, measures: tuple[str, ...], derived: tuple[str, ...]) -> pd.DataFrame:
    """Hide small counts as ``publish`` does: all values of the row, and what a reader knows."""
    small = np.any([(frame[m] > 0) & (frame[m] < LEAST) for m in measures], axis=0)
    found = frame.assign(masked=small)
    for name in measures:
        counts = frame[name].astype(float)
        little = small & (counts < LEAST)
        found[f"{name}_low"] = np.where(little, 1, np.where(small, np.floor(counts / 2), counts))
        found[f"{name}_high"] = np.where(little, 10, np.where(small, counts * 2, counts))
        found[name] = frame[name].astype("Int64").mask(small)
    for name in derived:
        found[name] = frame[name].mask(small)
    return found


def _rated(frame: pd.DataFrame, per: float) -> pd.DataFrame:
    """Add rate and interval, hide what is small."""
    exposed = frame["exposed"].to_numpy(float)
    low, high = count_interval(frame["cases"].to_numpy(float))
    with np.errstate(divide="ignore", invalid="ignore"):
        rated = frame.assign(
            rate=frame["cases"] / exposed * per, low=low / exposed * per, high=high / exposed * per
        )
    rated = rated.replace([np.inf, -np.inf], np.nan)
    found = _hide(rated, ("exposed", "cases"), ("rate", "low", "high"))
    masked = found["masked"]
    with np.errstate(divide="ignore", invalid="ignore"):
        found["rate_low"] = (found["cases_low"] / found["exposed_high"] * per).where(masked)
        found["rate_high"] = (found["cases_high"] / found["exposed_low"] * per).where(masked)
    return found.assign(per=per)


def _rates(listed: pd.DataFrame, exposed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the long table: totals, margins, and sex by age."""
    groups: list[tuple[str, str, str, float]] = [("all", "all", "all", 1.0)]
    groups += [(year, "all", "all", 0.4) for year in YEARS]
    groups += [("all", sex, "all", share) for sex, share in zip(SEXES, (0.6, 0.4), strict=True)]
    groups += [("all", "all", age, s) for age, s in zip(AGES, (0.05, 0.45, 0.5), strict=True)]
    groups += [
        ("all", sex, age, s * t)
        for sex, s in zip(SEXES, (0.6, 0.4), strict=True)
        for age, t in zip(AGES, (0.05, 0.45, 0.5), strict=True)
    ]
    parts = []
    for period, sex, age, share in groups:
        cases = exposed["cases"] if share == 1 else rng.binomial(exposed["cases"], share)
        part = pd.DataFrame(
            {
                "grain": "substance",
                "code": listed["code"],
                "period": period,
                "sex": sex,
                "age": age,
                "measure": "exposed_patients",
                "exposed": (exposed["exposed"] * share).round().astype(int),
                "cases": cases,
            }
        )
        parts.append(_rated(part, 100_000.0))
        if share == 1:
            years = part.assign(measure="person_years", exposed=exposed["exposed"] // 2)
            parts.append(_rated(years, 1_000.0))
    return pd.concat(parts, ignore_index=True)


def _cases(listed: pd.DataFrame, exposed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the cases divided in five ways."""
    ways = {
        "severity": (["not serious", "serious"], [0.7, 0.3]),
        "soc": (ORGANS, [0.5, 0.3, 0.15, 0.02]),
        "notifier": (NOTIFIERS, [0.5, 0.3, 0.2]),
        "sex": (SEXES, [0.6, 0.4]),
        "age": (AGES, [0.03, 0.4, 0.57]),
    }
    rows = [
        (code, by, value, int(rng.binomial(cases, share)))
        for code, cases in zip(listed["code"], exposed["cases"], strict=True)
        for by, (values, shares) in ways.items()
        for value, share in zip(values, shares, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["code", "by", "value", "cases"])
    return _hide(frame, ("cases",), ())


def _classes(listed: pd.DataFrame, exposed: pd.DataFrame) -> pd.DataFrame:
    """Return observed over expected; no shrunken rate in the second class."""
    frame = listed[["code", "class"]].assign(
        observed=exposed["cases"], expected=exposed["exposed"] * 2e-3
    )
    low, high = count_interval(frame["observed"].to_numpy(float))
    frame["ratio"] = frame["observed"] / frame["expected"]
    frame["low"], frame["high"] = low / frame["expected"], high / frame["expected"]
    frame["shrunken"] = (frame["observed"] + 4) / (frame["expected"] + 4) * 200
    frame["shrunken_low"], frame["shrunken_high"] = frame["shrunken"] * 0.8, frame["shrunken"] * 1.3
    second = frame["class"] == frame["class"].unique()[1]
    shrunken = ["shrunken", "shrunken_low", "shrunken_high"]
    frame.loc[second, shrunken] = np.nan
    return _hide(frame, ("observed",), ("expected", "ratio", "low", "high", *shrunken))


def _standardised(listed: pd.DataFrame, exposed: pd.DataFrame) -> pd.DataFrame:
    """Return one standardised rate a substance, none where cases are few."""
    rate = (exposed["cases"] / exposed["exposed"] * 1e5).where(exposed["cases"] >= LEAST)
    return pd.DataFrame(
        {"code": listed["code"], "rate": rate, "low": rate * 0.8, "high": rate * 1.2}
    ).assign(standard="sex and age of the plan", method="direct; Fay-Feuer")


def _trend(listed: pd.DataFrame, exposed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return rates by year."""
    parts = []
    for place, year in enumerate(YEARS):
        frame = pd.DataFrame(
            {
                "code": listed["code"],
                "period": year,
                "since_launch_years": place + 0.5,
                "cases": rng.binomial(exposed["cases"], 0.3 if place != 2 else 0.6),
                "exposed": exposed["exposed"] // 3,
            }
        )
        parts.append(_rated(frame, 100_000.0))
    return pd.concat(parts, ignore_index=True)


def _signals(listed: pd.DataFrame, exposed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return pairs with all measures but EBGM, whose prior is not identified."""
    rows = []
    for code, cases in zip(listed["code"], exposed["cases"], strict=True):
        for place in range(30 if cases > 200 else 3):
            n, expected = int(rng.poisson(2 + cases * 0.05)), 1 + cases * 0.04
            ratio = n / expected
            rows.append((code, f"Event {place:02d}", ORGANS[place % 4], n, expected, ratio))
    frame = pd.DataFrame(rows, columns=["code", "event", "soc", "n", "expected", "prr"])
    frame["prr_low"], frame["prr_high"] = frame["prr"] * 0.7, frame["prr"] * 1.5
    frame["ror"], frame["ror_low"], frame["ror_high"] = frame["prr"], *_ends(frame["prr"])
    frame["ic"] = np.log2((frame["n"] + 0.5) / (frame["expected"] + 0.5))
    frame["ic_low"] = frame["ic"] - 0.6
    frame["ebgm"] = frame["eb05"] = frame["eb95"] = np.nan
    frame["q"] = rng.uniform(0, 1, len(frame))
    frame["alert"] = np.where(frame["ic_low"] > 0.2, "True", "False")
    numbers = ("expected", "prr", "prr_low", "prr_high", "ror", "ror_low", "ror_high", "ic")
    hidden = _hide(frame, ("n",), (*numbers, "ic_low", "q"))
    hidden["alert"] = hidden["alert"].mask(hidden["masked"])
    return hidden


def _ends(values: pd.Series) -> tuple[pd.Series, pd.Series]:
    return values * 0.65, values * 1.6


def _under_reporting(listed: pd.DataFrame, exposed: pd.DataFrame) -> pd.DataFrame:
    """Return scenarios, none of a hidden rate."""
    rate = (exposed["cases"] / exposed["exposed"] * 1e5).where(exposed["cases"] >= LEAST)
    return pd.concat(
        [
            pd.DataFrame({"code": listed["code"], "share_reported": share, "rate": rate / share})
            for share in (1.0, 0.5, 0.1, 1 / 1144)
        ]
    ).assign(
        low=lambda frame: frame["rate"] * 0.9,
        high=lambda frame: frame["rate"] * 1.1,
        possible=lambda frame: ~(frame["rate"] > 1e5),
    )


def _flow() -> pd.DataFrame:
    """Return what was kept and left out."""
    rows = [
        ("reports", "report", "received", 60_000, 0, "", "cases"),
        ("reports", "report", "01", 54_000, 6_000, "no-counted-drug", "cases"),
        ("reports", "report", "02", None, None, "no-event", "cases"),
        ("reports", "report", "03", 50_000, 3_000, "received outside 2019 to 2021", "cases"),
        ("claims", "dispensing", "received", 1_200_345, 0, "", "rows"),
        ("claims", "dispensing", "01", 1_190_000, 10_345, "unknown-pack", "rows"),
        ("claims", "dispensing", "02", 1_190_000, 0, "reversed-dates", "rows"),
        ("claims", "dispensing", "03", 1_189_000, 1_000, "a reason <b>of its own</b>", "rows"),
    ]
    columns = ["source", "table", "step", "kept", "excluded", "reason", "unit"]
    frame = pd.DataFrame(rows, columns=columns).astype({"kept": "Int64", "excluded": "Int64"})
    meaning = frame["reason"].str.lower().str.replace(r"[^a-z0-9]+", "-", regex=True)
    return frame.assign(meaning=meaning.str.strip("-"), masked=frame["excluded"].isna())


def _rejects() -> pd.DataFrame:
    """Return the codes nobody knows."""
    rows = [("claims", "dispensing", "cip13", "3400930000000", 45, 0.0021, False)]
    columns = ["source", "table", "column", "code", "rows", "share", "masked"]
    return pd.DataFrame(rows, columns=columns)


def _changes() -> pd.DataFrame:
    """Return what is not as it was in the earlier release."""
    rows = [
        ("rates/cases", "substance|A00BA00|2019|F|all|exposed_patients", "59", "", "changed"),
        ("rates/cases", "substance|A00BA00|all|all|all|exposed_patients", "598", "612", "changed"),
        ("rates/rate", "substance|A00BA02|2022|all|all|exposed_patients", "", "5200.5", "new"),
        ("substances/label", "A09BA99", "Old one", "", "gone"),
        ("substances/class", "A00BA03", "A01B", "A00B", "revised-coding"),
    ]
    return pd.DataFrame(rows, columns=["table", "key", "before", "after", "what"])


def _facts(folder: Path, listed: pd.DataFrame) -> None:
    """Write run.json and what is said of classes, trends and signals."""
    per = {"exposed_patients": 100_000, "person_years": 1_000}
    conventions = {"per": per, "interval": "garwood", "level": 0.95, "threshold": LEAST}
    conventions |= {"periods": [*YEARS, "all"], "grains": ["substance"], "roles": ["suspect"]}
    data = {"name": "synthetic-reports", "version": "1.0", "digest": "b2" * 32, "synthetic": True}
    _json(
        folder / "run.json",
        {"title": "Demonstration of reporting rates", "conventions": conventions, "data": data}
        | {"digests": {"plan": "c3" * 32}, "versions": {"workbench": "0.9"}, "engine": "duckdb"},
    )
    groups = list(listed["class"].unique())
    verdicts: dict[str, Any] = {
        group: {"compared": True, "strata": ["sex", "age"], "p_value": 0.001, "heterogeneity": 0.4}
        | {"prior": {"shape": 4.0, "mean": 200.0}}
        for group in groups
    }
    verdicts[groups[1]] |= {"prior": "not identified", "p_value": 0.6, "heterogeneity": 0.02}
    _json(folder / "tables" / "classes.json", verdicts)
    first = listed["code"][0]
    trend: dict[str, Any] = {"ratio": 0.74, "low": 0.67, "high": 0.81}
    trend |= {"time": "years since launch"}
    trend |= {"change_point": {"first_after": "2021", "p": 0.001}}
    trend |= {"stimulated": [{"period": "2021", "flag": "stimulated", "reason": "7.2 times"}]}
    _json(folder / "tables" / "trend.json", {first: trend})
    alert = {"rule": "ic", "largest_q": 0.05}
    _json(folder / "tables" / "signals.json", {"ebgm": "not identified", "alert": alert})


def _json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
