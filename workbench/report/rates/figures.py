"""The report's figures over all substances: funnel, caterpillar, heat map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from workbench.methods.rates.control_limits import funnel_table
from workbench.report.artefacts import Absent
from workbench.report.plots.caterpillar import caterpillar, caterpillar_csv
from workbench.report.plots.funnel import funnel
from workbench.report.plots.rate_heatmap import heatmap_csv, rate_heatmap
from workbench.report.ranking.figure import Figure
from workbench.report.rates.release import PATIENTS, Release
from workbench.report.rates.words import Words

PER = 100_000.0
MOST_ROWS, MOST_CLASSES = 30, 18


def funnel_figure(release: Release, words: Words) -> Figure:
    """Return the rates of all substances over their exposed patients, with the limits of chance.

    Raises:
        Absent: Fewer than two substances have a published rate.
    """
    rows = [
        (release.by_code[code].label, found[PATIENTS])
        for code, found in release.totals.items()
        if PATIENTS in found
    ]
    known = [(name, row) for name, row in rows if row["cases"] is not None and row["exposed"]]
    if len(known) < 2 or not any(row["cases"] for _, row in known):
        raise Absent(words("few_rates"))
    cases = [row["cases"] for _, row in known]
    exposed = [row["exposed"] for _, row in known]
    dispersion = _dispersion(np.array(cases), np.array(exposed))
    data = funnel_table([n for n, _ in known], cases, exposed, dispersion=dispersion)
    picture = funnel(
        data,
        unit="patients",
        x_axis=words("exposed_axis"),
        y_axis=words("rate_axis", per=words.per(PER, PATIENTS)),
        label=words("funnel_label", n=len(known)),
        dispersion=dispersion,
        words=(words("limits_95"), words("limits_998")),
        places={name: words.known("place", name) for name in data["place"].unique()},
    )
    caption = words("funnel_caption", common=words.rate(float(data["common"].iloc[0])))
    if dispersion > 1:
        caption += " " + words("funnel_wide", factor=words.fixed(dispersion**0.5, 1))
    if len(known) < len(rows):
        caption += " " + words("not_drawn", n=words.whole(len(rows) - len(known)))
    return Figure("funnel", words("t_funnel"), words.plot(picture), caption, data)


def _dispersion(cases: np.ndarray, exposed: np.ndarray) -> float:
    """Return Pearson's statistic over its degrees of freedom, at least 1.

    The tenth of the substances at either end is drawn in to the rest (Spiegelhalter 2005): those
    that the plot is to show must not widen the limits.
    """
    expected = exposed * cases.sum() / exposed.sum()
    z = (cases - expected) / np.sqrt(np.maximum(expected, 1e-9))
    low, high = np.quantile(z, (0.1, 0.9))
    return float(max(np.mean(np.clip(z, low, high) ** 2), 1.0))


def caterpillar_figure(release: Release, words: Words) -> Figure:
    """Return the shrunken rates, the highest first.

    Raises:
        Absent: No class has one.
    """
    rows = []
    for code, row in release.classes.items():
        total = release.totals.get(code, {}).get(PATIENTS)
        if row.get("shrunken") is not None and code in release.by_code:
            rows.append(
                {
                    "group": release.by_code[code].label,
                    "rate": np.nan if total is None or total["rate"] is None else total["rate"],
                    "shrunken": row["shrunken"],
                    "low": row["shrunken_low"],
                    "high": row["shrunken_high"],
                }
            )
    if not rows:
        raise Absent(words("no_shrunken"))
    every = caterpillar_csv(pd.DataFrame(rows))
    drawn = every.head(MOST_ROWS)
    picture = caterpillar(
        drawn,
        axis=words("rate_axis", per=words.per(PER, PATIENTS)),
        label=words("caterpillar_label", n=len(drawn)),
        words=(words("crude"), words("shrunken_key")),
    )
    caption = words("caterpillar_caption")
    if len(drawn) < len(every):
        caption += " " + words("first_drawn", shown=len(drawn), n=words.whole(len(every)))
    return Figure("caterpillar", words("t_caterpillar"), words.plot(picture), caption, every)


def heatmap_figure(release: Release, words: Words) -> Figure:
    """Return the rate of cases by substance and system organ class.

    Raises:
        Absent: No cases by organ class, or no exposed patients.
    """
    cells = _cells(release)
    if not cells:
        raise Absent(words("no_soc"))
    data = pd.DataFrame(cells)
    known = data.dropna(subset=["rate"])
    if known.empty:
        raise Absent(words("heatmap_hidden"))
    rows = known.groupby("row")["cases"].sum().nlargest(MOST_ROWS).index
    columns = known.groupby("column")["cases"].sum().nlargest(MOST_CLASSES).index
    grid = pd.MultiIndex.from_product([rows, columns], names=["row", "column"])
    drawn = data.set_index(["row", "column"]).reindex(grid).reset_index()
    drawn["hidden"] = drawn["hidden"].eq(True)
    drawn["column"] = drawn["column"].map(lambda name: words.known("v", name))
    picture = rate_heatmap(drawn, label=words("heatmap_label"), words=words("heatmap_key"))
    caption = words("heatmap_caption", per=words.per(PER, PATIENTS))
    shown, n = len(rows), int(data["row"].nunique())
    if known["row"].nunique() > shown:
        caption += " " + words("heatmap_some", shown=shown, n=words.whole(n))
    elif shown < n:
        caption += " " + words("heatmap_none", n=words.whole(n - shown))
    return Figure("heat-map", words("t_heatmap"), words.plot(picture), caption, heatmap_csv(data))


def _cells(release: Release) -> list[dict[str, Any]]:
    """Return one row a substance and organ class: cases, rate, whether it is hidden."""
    found = []
    for code, rows in release.cases.items():
        one = release.by_code.get(code)
        total = release.totals.get(code, {}).get(PATIENTS)
        exposed = total["exposed"] if total else None
        for row in rows:
            if row["by"] != "soc" or one is None:
                continue
            rate = row["cases"] / exposed * PER if exposed and row["cases"] is not None else None
            found.append(
                {
                    "row": one.label,
                    "column": row["value"],
                    "cases": row["cases"],
                    "rate": rate,
                    "hidden": rate is None and (row["cases"] is None or exposed is None),
                }
            )
    return found
