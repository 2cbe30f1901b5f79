"""Plots of rates: marks stand where numbers say, outliers are named, hidden cells show no rate."""

from __future__ import annotations

import itertools
import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from workbench.methods.rates.control_limits import funnel_table
from workbench.methods.rates.shrinkage import shrink
from workbench.report.plots.bars import Bar, bars
from workbench.report.plots.caterpillar import caterpillar, caterpillar_csv
from workbench.report.plots.funnel import funnel
from workbench.report.plots.rate_heatmap import HIDDEN, heatmap_csv, rate_heatmap
from workbench.report.plots.rate_trend import Period, rate_trend
from workbench.report.plots.ratios import Ratio, ratios

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


def test_a_hidden_count_is_an_open_bar_over_what_it_may_be() -> None:
    rows = [Bar("serious", 20.0, "20"), Bar("other", None, "1 to 10", 1.0, 10.0)]
    root = ElementTree.fromstring(str(bars(rows, label="cases")))
    known, hidden = (rect.attrib for rect in root.iter(f"{SVG}rect"))
    assert hidden["class"] == "bar open" and known["class"] == "bar model"
    assert float(hidden["x"]) > float(known["x"])
    assert float(hidden["x"]) + float(hidden["width"]) < float(known["x"]) + float(known["width"])
    assert "1 to 10" in [text.text for text in root.iter(f"{SVG}text")]


def test_long_ranges_behind_bars_stay_within_the_plot() -> None:
    rows = [Bar("all", None, "123,164 to 912,656", 123164.0, 912656.0), Bar("one", 5.0, "5")]
    root = ElementTree.fromstring(str(bars(rows, label="cases")))
    text = next(t for t in root.iter(f"{SVG}text") if t.text == "123,164 to 912,656")
    assert float(text.attrib["x"]) + 7.6 * len(text.text or "") <= 460


def test_a_count_of_nought_has_no_bar_and_one_nobody_bounds_still_has_its_words() -> None:
    rows = [Bar("none", 0.0, "0"), Bar("some", None, "hidden", None, math.inf)]
    root = ElementTree.fromstring(str(bars(rows, label="cases")))
    assert [float(rect.attrib["width"]) for rect in root.iter(f"{SVG}rect")] == [0.0, 0.0]


def test_hidden_rates_over_time_are_spans_and_join_nothing() -> None:
    periods = [
        Period("2019", 10.0, 8.0, 12.0),
        Period("2020", None, 2.0, 20.0),
        Period("2021", 30.0, 25.0, 36.0, flagged=True),
        Period("2022", 11.0, 9.0, 13.0),
    ]
    drawn = rate_trend(periods, y_axis="rate", label="trend", change_after="2021", flag="out")
    root = ElementTree.fromstring(str(drawn))
    classes = [node.attrib.get("class", "") for node in root.iter()]
    assert classes.count("bar open") == 1
    assert classes.count("joined") == 1
    assert classes.count("cut") == 1
    assert classes.count("point strong flagged") == 1
    assert classes.count("point strong") == 2


@pytest.mark.parametrize(
    "periods",
    [
        [Period("2019", 0.0, 0.0, 40.0), Period("2020", None, 1.0, 900.0)],
        [Period("2019", None), Period("2020", None)],
        [Period("2019", 5.0, None, None)],
    ],
)
def test_few_or_no_known_rates_still_make_a_plot(periods: list[Period]) -> None:
    root = ElementTree.fromstring(str(rate_trend(periods, y_axis="rate", label="trend")))
    numbers = [float(v) for node in root.iter() for k, v in node.attrib.items() if k in "y1 y2 cy"]
    assert numbers and all(0 <= number <= 260 for number in numbers)


def test_ratios_stand_about_one_and_a_hidden_one_has_no_mark() -> None:
    rows = [
        Ratio("high", 4.0, 3.0, 5.0, "4.00", own=True),
        Ratio("low", 0.25, 0.1, 0.4, "0.25"),
        Ratio("none", 0.0, 0.0, 0.5, "0.00"),
        Ratio("hidden", None, None, None, "hidden"),
    ]
    root = ElementTree.fromstring(str(ratios(rows, axis="O/E", label="class")))
    marks = [c.attrib for c in root.iter(f"{SVG}circle")]
    line = next(n.attrib for n in root.iter(f"{SVG}line") if n.attrib["class"] == "reference")
    middle = float(line["x1"])
    assert len(marks) == 3
    assert float(marks[0]["cx"]) - middle == pytest.approx(middle - float(marks[1]["cx"]), abs=0.1)
    assert float(marks[2]["cx"]) <= float(marks[1]["cx"])
    assert marks[0]["class"] == "mark model" and marks[1]["class"] == "mark floor"


@pytest.mark.parametrize("most", [1.1, 3.0, 12.0, 80.0, 5000.0])
def test_ticks_of_ratios_do_not_touch(most: float) -> None:
    rows = [Ratio("a", most, most / 1.1, most * 1.1, ""), Ratio("b", 1 / most, None, None, "")]
    root = ElementTree.fromstring(str(ratios(rows, axis="O/E", label="class")))
    ticks = [t for t in root.iter(f"{SVG}text") if t.attrib["class"] == "tick"]
    places = sorted((float(t.attrib["x"]), len(t.text or "")) for t in ticks)
    assert 3 <= len(places) <= 5
    for (left, short), (right, long) in itertools.pairwise(places):
        assert right - left > 3.6 * (short + long)
