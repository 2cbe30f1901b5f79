"""Plots of rates: marks stand where numbers say, outliers are named, hidden cells show no rate."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from workbench.methods.rates.control_limits import funnel_table
from workbench.methods.rates.shrinkage import shrink
from workbench.report.plots.caterpillar import caterpillar, caterpillar_csv
from workbench.report.plots.funnel import funnel
from workbench.report.plots.rate_heatmap import HIDDEN, heatmap_csv, rate_heatmap

SVG = "{http://www.w3.org/2000/svg}"
DRUGS = pd.DataFrame(
    {
        "drug": ["atorva", "simva", "prava", "rosuva", "fluva", "pitava"],
        "cases": [140, 95, 30, 160, 8, 0],
        "exposure": [900_000, 600_000, 300_000, 420_000, 60_000, 4_000],
    }
)


def parsed(plot: str) -> ElementTree.Element:
    root = ElementTree.fromstring(plot)
    assert root.get("role") == "img"
    return root


def of_class(root: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if set(names) <= set((e.get("class") or "").split())]


def texts(root: ElementTree.Element) -> list[str]:
    return ["".join(e.itertext()) for e in root.iter(f"{SVG}text")]


def test_a_funnel_marks_and_names_what_lies_outside() -> None:
    table = funnel_table(DRUGS["drug"], DRUGS["cases"], DRUGS["exposure"])
    root = parsed(funnel(table, unit="patients", x_axis="patients", y_axis="rate", label="funnel"))
    outside = table.loc[table["place"] != "inside", "group"].tolist()
    assert "rosuva" in outside and "pitava" not in outside
    assert len(of_class(root, "point", "strong")) == len(outside)
    assert len(of_class(root, "point", "open")) == len(table) - len(outside)
    named = [word for word in texts(root) if word in set(DRUGS["drug"])]
    assert "rosuva" in named and set(named) <= set(outside)
    # A disc stands above the common rate exactly where its rate is higher.
    level = float(of_class(root, "reference")[0].get("y1", 0))
    places = {
        (e.find(f"{SVG}title").text or "").split(":")[0]: float(e.get("cy", 0))  # type: ignore[union-attr]
        for e in root.iter(f"{SVG}circle")
    }
    for row in table.itertuples():
        assert (places[row.group] < level) == (row.rate > row.common)


def test_limits_narrow_to_the_right_and_stay_on_the_plot() -> None:
    table = funnel_table(DRUGS["drug"], DRUGS["cases"], DRUGS["exposure"])
    root = parsed(funnel(table, unit="patients", x_axis="x", y_axis="y", label="funnel"))
    lines = [e for e in of_class(root, "series") if e.tag == f"{SVG}polyline"]
    assert len(lines) == 4
    for line in lines:
        points = np.array([p.split(",") for p in (line.get("points") or "").split()], dtype=float)
        level = float(of_class(root, "reference")[0].get("y1", 0))
        assert abs(points[-1, 1] - level) <= abs(points[0, 1] - level)


def test_a_caterpillar_is_in_order_and_its_discs_lie_in_their_intervals() -> None:
    found = shrink(DRUGS["cases"], DRUGS["exposure"], groups=DRUGS["drug"])
    order = caterpillar_csv(found.table)
    root = parsed(caterpillar(found.table, axis="per 100,000", label="class", mean=found.mean))
    assert [word for word in texts(root) if word in set(DRUGS["drug"])] == order["group"].tolist()
    discs = [float(e.get("cx", 0)) for e in of_class(root, "after")][1:]
    assert discs == sorted(discs, reverse=True)
    for x, line in zip(discs, of_class(root, "interval"), strict=True):
        assert float(line.get("x1", 0)) < x < float(line.get("x2", 0))


def test_no_caterpillar_of_a_class_that_was_not_identified() -> None:
    found = shrink([5, 6, 4], [100, 110, 90])
    with pytest.raises(ValueError, match="forest"):
        caterpillar(found.table, axis="rate", label="class")


def test_a_hidden_cell_has_a_cross_no_shade_and_no_number_anywhere() -> None:
    table = pd.DataFrame(
        {
            "row": ["skin", "skin", "liver", "liver"],
            "column": ["a", "b", "a", "b"],
            "rate": [1.5, 777.0, math.nan, 90.0],
            "hidden": [False, True, False, False],
        }
    )
    drawn = rate_heatmap(table, label="rates", words="per 100,000")
    assert "777" not in drawn
    assert heatmap_csv(table)["rate"].isna().tolist() == [False, True, True, False]
    root = parsed(drawn)
    assert texts(root).count(HIDDEN) == 1 and texts(root).count("–") == 1
    shades = [float(e.get("fill-opacity", 0)) for e in of_class(root, "heat")]
    assert shades[1] == shades[2] == 0 and shades[3] > shades[0] > 0
    louder = table.assign(rate=[1.5, 1e6, math.nan, 90.0])
    assert rate_heatmap(louder, label="rates", words="per 100,000") == drawn, "no trace of it"
