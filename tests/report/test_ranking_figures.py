"""Figures of a ranking: marks stand where the rows say, names stay text, many stay readable."""

import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.report.plots import rows
from workbench.report.plots.blob import blob, rank_at
from workbench.report.plots.dots import MOST_DOTS, dots
from workbench.report.plots.forest import ForestRow, forest
from workbench.report.plots.podium import podium
from workbench.report.plots.rank_heatmap import rank_heatmap, rank_shares
from workbench.report.plots.rank_lines import rank_lines
from workbench.report.plots.rank_stability import rank_stability
from workbench.report.plots.scheme_agreement import scheme_agreement
from workbench.report.plots.significance import significance

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", '" onload="x', "a & b", "é" * 300]


def parsed(plot: str) -> ElementTree.Element:
    root = ElementTree.fromstring(plot)
    assert root.get("role") == "img"
    assert root.get("aria-label")
    return root


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in root.iter() if name in (e.get("class") or "").split()]


def words(root: ElementTree.Element) -> list[str]:
    return [e.text or "" for e in root.iter(f"{SVG}text")]


def cases_of(values: Any, names: list[str]) -> pd.DataFrame:
    """Long rows of values (cases by algorithms), more is better, with competition ranks."""
    frame = pd.DataFrame(np.asarray(values, dtype=float), columns=names)
    ranks = frame.rank(axis=1, method="min", ascending=False)
    long = frame.rename_axis("case").reset_index().melt("case", var_name="algorithm")
    long["rank"] = ranks.rename_axis("case").reset_index().melt("case")["value"]
    return long


def pairs_of(adjusted: dict[tuple[str, str], float], difference: float = 0.1) -> pd.DataFrame:
    rows_ = [(a, b, difference, p) for (a, b), p in adjusted.items()]
    return pd.DataFrame(rows_, columns=["first", "second", "difference", "adjusted"])


def every_plot(names: list[str]) -> list[str]:
    """Draw every figure for algorithms of these names."""
    values = np.random.default_rng(0).random((30, len(names)))
    cases = cases_of(values, names)
    counts = cases.groupby(["algorithm", "rank"]).size().rename("share").reset_index()
    counts["share"] /= 30
    pairs = pairs_of({(a, b): 0.01 for i, a in enumerate(names) for b in names[i + 1 :]})
    ranks = pd.DataFrame(
        [(s, a, i + 1.0) for s in names for i, a in enumerate(names)],
        columns=["scheme", "algorithm", "rank"],
    )
    tau = pd.DataFrame(
        [(a, b, 1.0) for a in names for b in names], columns=["scheme_a", "scheme_b", "tau"]
    )
    stability = pd.DataFrame({"task": names[0], "tau": np.linspace(0, 1, 50)})
    return [
        dots(cases, names, axis="value", label="x"),
        rank_heatmap(cases, names, label="x"),
        podium(cases, names, label="x"),
        blob(counts, names, label="x"),
        significance(pairs, names, tied={names[0]}, label="x", larger_is_better=True),
        rank_lines(ranks, names, by="scheme", label="x"),
        scheme_agreement(tau[tau["scheme_a"].isin(names[:9]) & tau["scheme_b"].isin(names[:9])],
                         label="x"),
        rank_stability(stability, label="x"),
    ]  # fmt: skip


def test_hostile_names_stay_text() -> None:
    drawn = {"svg", "text", "title", "line", "circle", "rect", "path", "polyline"}
    for plot in every_plot(HOSTILE):
        root = parsed(plot)
        assert {e.tag.removeprefix(SVG) for e in root.iter()} <= drawn
        assert not [key for e in root.iter() for key in e.attrib if key.startswith("on")]


@pytest.mark.parametrize("n", [2, 3, 20, 100])
def test_names_never_stand_on_each_other(n: int) -> None:
    for plot in every_plot([f"algorithm number {i}" for i in range(n)]):
        heights = sorted(float(e.get("y", 0)) for e in of_class(parsed(plot), "name"))
        assert all(b - a >= 13 for a, b in pairwise(heights))


def test_the_same_rows_give_the_same_bytes() -> None:
    assert every_plot(["a", "b", "c"]) == every_plot(["a", "b", "c"])


def test_boxes_stand_on_all_values_and_dots_keep_the_extremes() -> None:
    values = np.arange(10_000.0)
    frame = pd.DataFrame({"algorithm": "a", "value": values})
    root = parsed(dots(frame, ["a"], axis="value", label="x"))
    path = of_class(root, "dots")[0].get("d") or ""
    assert path.count("M") == MOST_DOTS
    first, last = path.split("M")[1], path.split("M")[-1]
    box = of_class(root, "box")[0]
    left, right = float(first.split()[0]), float(last.split()[0])
    assert float(box.get("width", 0)) == pytest.approx((right - left) / 2, rel=0.01)


def test_an_algorithm_without_values_has_a_row_and_no_box() -> None:
    frame = pd.DataFrame({"algorithm": ["a", "a", "b"], "value": [0.1, 0.2, np.nan]})
    root = parsed(dots(frame, ["a", "b"], axis="value", label="x"))
    assert len(of_class(root, "box")) == 1
    assert {"a", "b"} <= set(words(root))


@given(st.integers(2, 8), st.integers(1, 20), st.integers(0, 99))
def test_every_algorithm_has_all_its_cases_on_the_heatmap(m: int, n: int, seed: int) -> None:
    names = [f"a{i}" for i in range(m)]
    values = np.random.default_rng(seed).integers(0, 3, (n, m))
    assert np.allclose(rank_shares(cases_of(values, names), names).sum(axis=1), 1)


def test_a_clear_ranking_is_dark_on_the_diagonal() -> None:
    root = parsed(rank_heatmap(cases_of([[3, 2, 1]] * 5, ["a", "b", "c"]), ["a", "b", "c"],
                               label="x"))  # fmt: skip
    cells = of_class(root, "heat")
    assert len(cells) == 3
    assert {cell.get("fill-opacity") for cell in cells} == {"0.55"}
    assert words(root).count("100") == 3


def test_podium_draws_every_case_as_thickness() -> None:
    root = parsed(podium(cases_of([[2, 1]] * 3 + [[1, 2]], ["a", "b"]), ["a", "b"], label="x"))
    thick = sorted(float(e.get("stroke-width", 0)) for e in of_class(root, "joined"))
    assert thick == pytest.approx([14 * 0.25, 14 * 0.75])
    discs = of_class(root, "disc")
    assert len(discs) == 4


def test_podium_of_many_draws_twelve() -> None:
    names = [f"a{i:02d}" for i in range(40)]
    values = np.random.default_rng(0).random((50, 40))
    assert len(of_class(parsed(podium(cases_of(values, names), names, label="x")), "name")) == 12


def test_blob_area_is_the_share_and_the_line_the_interval() -> None:
    counts = pd.DataFrame(
        {"algorithm": ["a", "a", "b", "b"], "rank": [1, 2, 1, 2], "share": [0.8, 0.2, 0.2, 0.8]}
    )
    root = parsed(blob(counts, ["a", "b"], label="x"))
    radii = [float(e.get("r", 0)) for e in of_class(root, "disc")]
    assert (radii[0] / radii[1]) ** 2 == pytest.approx(4, rel=0.01)
    median = of_class(root, "median")
    assert float(median[0].get("x1", 0)) < float(median[1].get("x1", 0))


def test_the_interval_of_a_blob_is_that_of_the_ranking() -> None:
    from workbench.challenge.ranking.rank_bootstrap import rank_intervals

    ranks = np.sort(np.random.default_rng(3).integers(1, 9, 1000)).astype(float)
    values, counts = np.unique(ranks, return_counts=True)
    shares = (counts / 1000).tolist()
    low, high = rank_intervals(ranks[:, None], 0.95)[0]
    assert rank_at(values.tolist(), shares, 0.025) == low
    assert rank_at(values.tolist(), shares, 0.975) == high


def test_significance_signs_follow_direction_and_level() -> None:
    pairs = pairs_of({("a", "b"): 0.049, ("a", "c"): 0.001, ("b", "c"): 0.06})
    order = ["a", "b", "c"]
    plot = significance(pairs, order, tied={"a"}, label="x", larger_is_better=True)
    said = words(parsed(plot))
    assert "+ .049" in said
    assert "− .049" in said
    assert said.count(".060") == 2
    assert next(float(e.get("x", 0)) for e in of_class(parsed(plot), "wrong")) < float(
        of_class(parsed(plot), "right")[0].get("x", 0)
    )
    turned = significance(pairs, order, tied={"a"}, label="x", larger_is_better=False)
    cells = {e.get("x"): e.get("class") for e in of_class(parsed(plot), "heat")}
    other = {e.get("x"): e.get("class") for e in of_class(parsed(turned), "heat")}
    assert cells != other


@pytest.mark.parametrize(("tied", "frames"), [({"a"}, 2), ({"a", "b"}, 2), ({"a", "c"}, 4)])
def test_the_tie_group_is_outlined(tied: set[str], frames: int) -> None:
    pairs = pairs_of({("a", "b"): 0.2, ("a", "c"): 0.2, ("b", "c"): 0.2})
    plot = significance(pairs, ["a", "b", "c"], tied=tied, label="x", larger_is_better=True)
    assert len(of_class(parsed(plot), "outline")) == frames


def test_undefined_tau_is_counted_and_not_drawn() -> None:
    frame = pd.DataFrame({"task": ["t"] * 4, "tau": [1.0, 1.0, 0.5, np.nan]})
    root = parsed(rank_stability(frame, label="x"))
    assert any("1 undefined" in said for said in words(root))
    nothing = pd.DataFrame({"task": ["t"], "tau": [np.nan]})
    assert any(
        "everybody is tied" in said for said in words(parsed(rank_stability(nothing, label="x")))
    )


def test_a_rank_that_changes_moves_its_line() -> None:
    ranks = pd.DataFrame(
        {
            "scheme": ["m", "m", "n", "n"],
            "algorithm": ["a", "b", "a", "b"],
            "rank": [1.0, 2.0, 2.0, 1.0],
        }
    )
    root = parsed(rank_lines(ranks, ["a", "b"], by="scheme", label="x"))
    points = [
        [float(p.split(",")[1]) for p in (e.get("points") or "").split()]
        for e in of_class(root, "line")
    ]
    assert points[0][1] < points[1][1]
    assert points[0][2] > points[1][2]
    assert {"A  m", "B  n"} <= set(words(root))


def test_more_ways_than_letters_are_counted() -> None:
    ranks = pd.DataFrame(
        [(f"c{i}", a, j + 1.0) for i in range(30) for j, a in enumerate("ab")],
        columns=["left_out", "algorithm", "rank"],
    )
    said = words(parsed(rank_lines(ranks, ["a", "b"], by="left_out", label="x", key="without")))
    assert any("16 more" in line for line in said)


def test_forest_columns_stand_right_of_the_intervals() -> None:
    row = ForestRow("a", 0.5, 0.4, 0.6, cells=("1–2", "1–3", "90 %"))
    root = parsed(forest([row], axis="score", label="x", columns=("rank", "set", "P")))
    ends = [float(e.get("x2", 0)) for e in of_class(root, "interval")]
    cell = next(e for e in of_class(root, "value") if e.text == "1–2")
    assert max(ends) < float(cell.get("x", 0)) - 30


@given(st.integers(2, 400))
def test_ticks_and_bins_of_ranks_cover_all_ranks(n: int) -> None:
    _, names = rows.bins(n, 20)
    assert len(names) <= 20
    assert names[0].startswith("1")
    assert names[-1].endswith(str(n))
    ticks = [value for value, _ in rows.rank_ticks(n)]
    assert ticks == sorted(set(ticks))
    assert ticks[0] == 1
    assert ticks[-1] <= n


def test_tiny_and_huge_values_have_short_labels_inside_the_plot() -> None:
    for size in (1e-9, 1e6):
        row = [ForestRow("a", -1.0 * size, -2.0 * size, 2.0 * size)]
        ticks = of_class(parsed(forest(row, axis="x", label="x", columns=("rank",))), "tick")
        for tick in ticks:
            said = tick.text or ""
            assert len(said) <= 7, said
            assert float(tick.get("x", 0)) >= 4 * len(said)
