"""Plots: marks stand where the numbers say, text is escaped, odd input draws an honest plot."""

import math
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.report.plots import (
    Curve,
    ForestRow,
    confusion,
    curves,
    forest,
    reliability,
    reliability_bins,
)
from workbench.report.plots.svg import Axis

SVG = "{http://www.w3.org/2000/svg}"


def parsed(plot: str) -> ElementTree.Element:
    root = ElementTree.fromstring(plot)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-label")
    return root


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def words(root: ElementTree.Element) -> list[str]:
    return [e.text or "" for e in root.iter(f"{SVG}text")]


def test_forest_orders_marks_by_value_and_keeps_them_inside_their_intervals() -> None:
    rows = [
        ForestRow("model", 0.9, 0.85, 0.95),
        ForestRow("base", 0.8, 0.7, 0.86, "baseline"),
        ForestRow("floor", 0.6, None, None, "floor"),
    ]
    root = parsed(forest(rows, axis="score", label="three rows", reference=0.6))
    model, base, floor = (of_class(root, "mark")[i] for i in range(3))
    assert float(floor.get("x", 0)) < float(base.get("x", 0)) < float(model.get("cx", 0))
    line = of_class(root, "model")[0]
    assert float(line.get("x1", 0)) < float(model.get("cx", 0)) < float(line.get("x2", 0))
    assert len(of_class(root, "floor")) == 1
    assert len(of_class(root, "reference")) == 1


def test_forest_says_undefined_values_and_draws_no_mark_for_them() -> None:
    root = parsed(forest([ForestRow("model", None)], axis="score", label="undefined"))
    assert not of_class(root, "mark")
    assert "–" in words(root)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '" onload="x', "a & b", "é" * 300])
def test_hostile_or_long_labels_stay_text(name: str) -> None:
    root = parsed(forest([ForestRow(name, 0.5)], axis=name, label=name))
    assert root.get("aria-label") == name
    assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {"svg", "text", "line", "circle"}
    parsed(confusion([[1]], [name], label=name))
    parsed(curves([Curve(name, [(0, 1)])], title=name, x_axis=name, label=name))


def test_curves_share_axes_when_told_and_mark_the_best_point() -> None:
    line = Curve("held out", [(0, 1.0), (1, 0.4), (2, 0.6)], best=1)
    frame = {"x_range": (0.0, 10.0), "y_range": (0.0, 2.0)}
    root = parsed(curves([line], title="fold 0", x_axis="epoch", label="x", **frame))
    points = (of_class(root, "curve")[0].get("points") or "").split()
    heights = [float(point.split(",")[1]) for point in points]
    assert heights[0] < heights[2] < heights[1], "a lower loss stands lower (larger y)"
    assert of_class(root, "mark")[0].get("cy") == points[1].split(",")[1]


def test_confusion_writes_counts_shares_and_costs() -> None:
    root = parsed(confusion([[3, 1], [0, 0]], ["a", "b"], costs=[[0, 0.5], [1, 0]], label="x"))
    text = words(root)
    assert text.count("3") == 1
    assert "75\u202f%" in text
    assert {"0.50", "1.00"} <= set(text)
    assert "n = 4" in text
    assert "n = 0" in text
    shades = [float(e.get("fill-opacity", 0)) for e in of_class(root, "cell")]
    assert shades[0] > shades[1] > shades[2] == 0


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60),
    st.integers(1, 12),
)
def test_reliability_bins_hold_every_case_once(cases: list[tuple[float, bool]], bins: int) -> None:
    found = reliability_bins([p for p, _ in cases], [e for _, e in cases], bins=bins)
    assert sum(one.n for one in found) == len(cases)
    assert sum(one.observed * one.n for one in found) == pytest.approx(sum(e for _, e in cases))
    for one in found:
        assert one.low <= one.mean <= one.high or math.isclose(one.low, one.mean)
        assert 0 <= one.observed_low <= one.observed + 1e-12
        assert one.observed - 1e-12 <= one.observed_high <= 1
    parsed(reliability(found, x_axis="p", y_axis="share", label="x"))


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 9))
def test_ticks_are_few_ordered_and_inside(low: float, span: float, most: int) -> None:
    axis = Axis(low, low + span, 0.0, 100.0)
    values = [value for value, _ in axis.ticks(most)]
    assert len(values) <= most
    assert values == sorted(set(values))
    assert len({name for _, name in axis.ticks(most)}) == len(values)
    assert all(axis.low - span * 1e-6 <= value <= axis.high + span * 1e-6 for value in values)


def test_equal_values_still_make_an_axis() -> None:
    axis = Axis.around([1.0, 1.0], 0.0, 100.0)
    assert axis.low < 1.0 < axis.high
    assert axis(1.0) == pytest.approx(50.0)
    assert Axis.around([], 0.0, 1.0).ticks()
