"""Plots of survival and of balance: marks stand where numbers say, few persons are not shown."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

from workbench.methods.survival.kaplan_meier import kaplan_meier, kaplan_meier_by
from workbench.methods.survival.observed import observe
from workbench.methods.survival.smooth import smooth_over_time
from workbench.report.plots.curve_rows import (
    StepSeries,
    at_risk_csv,
    series_of_table,
    step_series,
    steps_csv,
)
from workbench.report.plots.hazard_residuals import (
    CoefficientRow,
    coefficient_csv,
    hazard_residuals,
)
from workbench.report.plots.love import LoveRow, love, love_csv, love_rows
from workbench.report.plots.step_curves import step_curves
from workbench.report.plots.survival_calibration import (
    calibration_csv,
    calibration_rows,
    survival_calibration,
)
from workbench.report.plots.weights import weight_bins, weights_csv, weights_plot

SVG = "{http://www.w3.org/2000/svg}"
TICKS = [(0.0, "0"), (2.0, "2"), (4.0, "4")]
WORDS = {"x_axis": "years", "y_axis": "survival", "label": "two arms"}


def parsed(plot: str) -> ElementTree.Element:
    root = ElementTree.fromstring(plot)
    assert root.get("role") == "img"
    return root


def of_class(root: ElementTree.Element, *names: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if set(names) <= set((e.get("class") or "").split())]


def corners(element: ElementTree.Element) -> np.ndarray:
    pairs = [pair.split(",") for pair in (element.get("points") or "").split()]
    return np.array(pairs, dtype=float)


def arms(n: int = 60) -> dict[str, object]:
    rng = np.random.default_rng(3)
    time = rng.exponential(3, n)
    observed = observe(np.minimum(time, 4.0), time < 4.0)
    return kaplan_meier_by(observed, np.where(np.arange(n) % 2, "chemo", "none"))


def test_curves_fall_inside_their_bands_and_numbers_at_risk_stand_below_the_ticks() -> None:
    series = step_series(arms(), [time for time, _ in TICKS])
    root = parsed(step_curves(series, ticks=TICKS, **WORDS))
    lines = [e for e in of_class(root, "series") if e.tag == f"{SVG}polyline"]
    assert len(lines) == len(of_class(root, "band")) == 2
    for line, band in zip(lines, of_class(root, "band"), strict=True):
        height = corners(line)[:, 1]
        assert (np.diff(height) >= 0).all(), "survival never rises"
        assert corners(band)[:, 1].min() <= height.min() + 0.01
        assert corners(band)[:, 1].max() >= height.max() - 0.01
    text = [e.text for e in root.iter(f"{SVG}text")]
    for one in series:
        assert set(one.at_risk) <= set(text)
        assert one.at_risk[0] == "30"
    place = {e.text: float(e.get("x", 0)) for e in root.iter(f"{SVG}text")}
    assert place["30"] == place["0"]


def test_steps_of_the_last_few_persons_are_in_neither_picture_nor_table() -> None:
    rng = np.random.default_rng(0)
    time = np.sort(rng.uniform(0, 10, 30))
    series = step_series({"all": kaplan_meier(observe(time, np.ones(30)))}, [0, 5, 9.9])
    table = steps_csv(series)
    assert table["time"].max() == time[-11]
    assert table["value"].min() == pytest.approx(10 / 30)
    assert at_risk_csv(series, [0, 5, 9.9])["at_risk"].tolist()[-1] == "<11"


def test_a_band_stops_where_it_is_not_known_and_is_never_a_point_of_certainty() -> None:
    nan = math.nan
    one = StepSeries("a", [(0, 1, 1, 1), (1, 0.8, 0.6, 0.9), (2, 0.5, nan, nan), (3, 0, nan, nan)])
    root = parsed(step_curves([one], ticks=TICKS, **WORDS))
    line, band = (of_class(root, name)[-1] for name in ("series", "band"))
    assert corners(band)[:, 0].max() < corners(line)[:, 0].max()
    none = StepSeries("a", [(0, 1, nan, nan), (1, 0.8, nan, nan)])
    assert not of_class(parsed(step_curves([none], ticks=TICKS, **WORDS)), "band")


def test_incidence_has_an_axis_that_shows_rare_events() -> None:
    one = StepSeries("a", [(0, 0, 0, 0), (1, 0.02, 0.01, 0.04)])
    words = [
        e.text for e in parsed(step_curves([one], ticks=TICKS, kind="incidence", **WORDS)).iter()
    ]
    assert "0.05" in words
    assert "0.2" not in words


def test_more_curves_than_can_be_told_apart_are_refused() -> None:
    one = StepSeries("a", [(0, 1, 1, 1)])
    with pytest.raises(ValueError, match="at most 4"):
        step_curves([one] * 5, ticks=TICKS, **WORDS)


def test_a_table_of_an_estimator_becomes_curves_in_its_own_order() -> None:
    table = pd.DataFrame(
        {"strategy": ["b", "b", "a"], "day": [1, 0, 0], "survival": [0.9, 1.0, 1.0]}
    )
    found = series_of_table(table, "strategy", "day", "survival")
    assert [one.name for one in found] == ["b", "a"]
    assert [step[:2] for step in found[0].steps] == [(0.0, 1.0), (1.0, 0.9)]
    assert steps_csv(found).columns.tolist() == ["group", "time", "value", "low", "high"]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '" onload="x', "a & b", "é" * 300])
def test_hostile_or_long_names_stay_text(name: str) -> None:
    curve = StepSeries(name, [(0, 1, 1, 1), (1, 0.5, 0.4, 0.6)], ["1", "2", "3"])
    kinds = {"svg", "text", "line", "circle", "polyline", "polygon", "title"}
    for plot in (
        step_curves([curve] * 3, ticks=TICKS, x_axis=name, y_axis=name, label=name, at_risk=name),
        love([LoveRow(name, 0.5, 0.1)], label=name, axis=name),
    ):
        root = parsed(plot)
        assert root.get("aria-label") == name
        assert {e.tag.removeprefix(SVG) for e in root.iter()} <= kinds


def test_love_plot_places_both_discs_by_absolute_value_worst_first() -> None:
    table = pd.DataFrame(
        {"covariate": ["age", "grade"], "before": [0.1, -0.5], "after": [0.02, math.nan]}
    )
    rows = love_rows(table)
    assert [row.covariate for row in rows] == ["grade", "age"]
    root = parsed(love(rows, label="balance"))
    before = of_class(root, "before")[1:]  # the first is the key
    assert float(before[0].get("cx", 0)) > float(before[1].get("cx", 0))
    assert len(of_class(root, "after")) == 2, "one in the key, one known"
    limit = float(of_class(root, "reference")[0].get("x1", 0))
    assert float(before[1].get("cx", 0)) == pytest.approx(limit)
    assert love_csv(rows)["after"].isna().tolist() == [True, False]


def test_calibration_plot_has_a_diagonal_a_curve_and_groups_of_enough_cases() -> None:
    curve = pd.DataFrame(
        {"predicted": [0.1, 0.5], "observed": [0.2, 0.4], "low": [0.1, 0.3], "high": [0.3, 0.5]}
    )
    groups = pd.DataFrame(
        {"n": [40, 10], "predicted": [0.9, 0.5], "observed": [0.8, 0.6], "low": 0.5, "high": 0.9}
    )
    smooth, points = calibration_rows(curve, groups)
    assert [(round(p.predicted, 9), round(p.observed, 9), p.n) for p in points] == [(0.1, 0.2, 40)]
    assert points[0].low < points[0].observed < points[0].high
    table = calibration_csv(smooth, points)
    assert table["kind"].tolist() == ["curve", "curve", "group"]
    words = {"x_axis": "predicted", "y_axis": "observed", "label": "calibration"}
    root = parsed(survival_calibration(smooth, points, [0.1] * 30 + [0.45] * 5, **words))
    (disc,) = of_class(root, "mark")
    (line,) = of_class(root, "series")
    assert float(disc.get("cx", 0)) == pytest.approx(corners(line)[0, 0], abs=0.02)
    assert float(disc.get("cy", 0)) == pytest.approx(corners(line)[0, 1], abs=0.02)
    assert len(of_class(root, "bar")) == 1, "five cases make no bar"
    assert of_class(root, "reference")


def test_calibration_plot_without_a_curve_still_draws() -> None:
    nothing = pd.DataFrame(columns=["predicted", "observed", "low", "high"], dtype=float)
    groups = pd.DataFrame(
        {"n": [40], "predicted": [0.9], "observed": math.nan, "low": math.nan, "high": math.nan}
    )
    words = {"x_axis": "predicted", "y_axis": "observed", "label": "calibration"}
    root = parsed(survival_calibration(*calibration_rows(nothing, groups), [0.1] * 40, **words))
    assert not of_class(root, "mark")


def test_residual_plot_shows_events_only_when_they_are_given() -> None:
    rng = np.random.default_rng(1)
    time = rng.uniform(0, 5, 200)
    residual = 0.5 * time + rng.normal(size=200)
    table = smooth_over_time(time, residual)
    rows = [CoefficientRow(*row) for row in table.to_numpy().tolist()]
    words = {"title": "age", "note": "p 0.01", "x_axis": "years", "label": "age"}
    alone = parsed(hazard_residuals(rows, coefficient=1.2, **words))
    assert not of_class(alone, "dots")
    pairs = list(zip(time.tolist(), residual.tolist(), strict=True))
    root = parsed(hazard_residuals(rows, coefficient=1.2, points=pairs, **words))
    assert (of_class(root, "dots")[0].get("d") or "").count("M") > 180
    heights = corners(of_class(root, "line")[0])[:, 1]
    assert heights[0] > heights[-1], "a growing coefficient goes up"
    assert coefficient_csv(rows).shape == (40, 4)


def test_weight_bins_hold_every_weight_once_and_never_few_persons() -> None:
    rng = np.random.default_rng(2)
    weights = {"chemo": rng.lognormal(0, 1, 300), "none": np.append(rng.lognormal(0, 0.3, 200), 0)}
    bins = weight_bins(weights)
    table = weights_csv(bins)
    assert table.groupby("group")["n"].sum().to_dict() == {"chemo": 300, "none": 200}
    assert table["n"].min() >= 11
    assert (table["high"] > table["low"]).all()
    root = parsed(weights_plot(bins, notes={"chemo": "effective sample 100"}, axis="w", label="w"))
    areas = [
        float(e.get("width", 0)) * float(e.get("height", 0)) for e in of_class(root, "bar", "s1")
    ]
    counts = table.loc[table["group"] == "chemo", "n"]
    share = np.array(areas) / np.sum(areas)
    np.testing.assert_allclose(share, counts / counts.sum(), atol=0.03)
    assert weight_bins({"a": [0.0, 0.0]}) == []
    assert weight_bins({"a": [1.0, 2.0]}) == []
