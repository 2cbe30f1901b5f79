"""The page and the files of a ranking: honest words, harmless names, readable in a browser."""

import csv
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.ranking import rank
from workbench.errors import DataError
from workbench.report.ranking import write_figures, write_ranking_page

NAMES = ["=1+1", "<img src=x onerror=alert(1)>", "team_with_a_very_long_name_" * 3, "@d", "plain"]


def made(
    n_cases: int = 40, tasks: tuple[str, ...] = ("liver", "../../lung"), **options: Any
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """A ranking of five algorithms with hostile names; three centres, two cases a patient."""
    rng = np.random.default_rng(1)
    rows = [
        (task, f"{case:03d}", f"p{case // 2}", f"c{case % 3}", name, round(value, 4))
        for task in tasks
        for case in range(n_cases)
        for name, value in zip(
            NAMES, rng.normal(0.8, 0.1, 5) - [0, 0.01, 0.2, 0.3, 0.4], strict=True
        )
    ]
    columns = ["task", "case", "unit", "centre", "algorithm", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    ranking = rank(frame, direction="maximize", resamples=200, permutations=500, **options)
    return ranking.tables(), ranking.facts()


def test_each_figure_has_its_rows_as_csv_and_no_cell_is_a_formula(tmp_path: Path) -> None:
    tables, facts = made()
    written = write_figures(tables, tmp_path / "figures", facts)
    stems = {path.stem for path in written}
    assert {path.parent for path in written} == {tmp_path / "figures"}
    assert {path.with_suffix(".csv") for path in written} <= set(written)
    assert {path.with_suffix(".svg") for path in written} <= set(written)
    assert "stability" in stems
    assert "1-_.._lung-scores" in stems
    for path in written:
        if path.suffix == ".csv":
            cells = [cell for row in csv.reader(path.open()) for cell in row]
            risky = [c for c in cells if c[:1] in ("=", "+", "@", "\t")]
            assert not risky
            assert len(cells) > 5
        else:
            root = ElementTree.parse(path).getroot()
            assert "var(" not in path.read_text("utf-8"), "not every viewer knows variables"
            assert (root[0].text or "") != ""


def test_a_name_of_three_thousand_letters_leaves_room_for_the_page(tmp_path: Path) -> None:
    tables, facts = made(tasks=("t",))
    endless = "x" * 3000
    for name in tables:
        tables[name] = tables[name].replace({"plain": endless, NAMES[0]: endless + "y"})
    page = write_ranking_page(tables, facts, tmp_path / "r.html").read_text("utf-8")
    told = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    assert "xxx…xxx" in told and "x" * 100 not in told


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    tables, facts = made(tasks=("t",))
    write_figures(tables, tmp_path, facts)
    pairs = pd.read_csv(tmp_path / "1-t-significance.csv")
    assert pairs["difference"].dtype.kind == "f"
    assert (pairs["difference"] < 0).any()


def test_the_page_says_what_was_ranked_how_and_which_interval_is_which(tmp_path: Path) -> None:
    tables, facts = made()
    page = write_ranking_page(tables, facts, tmp_path / "page.html", title="My table")
    text = page.read_text("utf-8")
    for words in (
        "<!doctype html>",
        "My table",
        "mean_then_rank",
        "central 95\u202f% of the bootstrap ranks",
        "for all algorithms at once",
        "Consensus over tasks",
        "Ranks without each centre",
        "What this page does not say",
        "20 units",
    ):
        assert words in text, words
    assert text.lstrip().startswith("<!doctype html>")
    assert "<img" not in text
    assert "&lt;img src=x" in text
    assert "<script" not in text


def test_the_same_tables_give_the_same_page(tmp_path: Path) -> None:
    tables, facts = made()
    pages = [write_ranking_page(tables, facts, tmp_path / name) for name in ("a", "b")]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_the_page_warns_of_few_units_missing_values_and_cases_as_units(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        [(f"{c}", a, 0.1 * c + (a == "x")) for c in range(9) for a in "xy"][:-1],
        columns=["case", "algorithm", "value"],
    )
    found = rank(frame, direction="minimize", missing=0.0, resamples=100, permutations=200)
    page = write_ranking_page(found.tables(), found.facts(), tmp_path / "page.html")
    text = page.read_text("utf-8")
    assert "Every case was taken as a unit of its own" in text
    assert "1 value missing; policy: impute 0" in text
    assert "Only 9 units" in text
    assert "Consensus" not in text
    assert "lower" in text


def test_a_shared_first_place_is_called_shared(tmp_path: Path) -> None:
    rows = [(str(c), a, c / 10) for c in range(9) for a in ("x", "y")]
    frame = pd.DataFrame(rows, columns=["case", "algorithm", "value"])
    found = rank(frame, direction="maximize", resamples=100, permutations=200)
    page = write_ranking_page(found.tables(), found.facts(), tmp_path / "page.html")
    assert "x and y share the first place" in page.read_text("utf-8")


def test_a_table_without_cases_makes_a_page_without_case_figures(tmp_path: Path) -> None:
    tables, facts = made(tasks=("t",))
    for name in ("cases", "agreement", "centres"):
        tables[name] = tables[name].head(0)
    text = write_ranking_page(tables, facts, tmp_path / "page.html").read_text("utf-8")
    assert "Ranks over bootstrap samples" in text
    assert "Podium" not in text


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tables, facts = made(tasks=("t",))
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot write"):
        write_ranking_page(tables, facts, tmp_path / "file" / "page.html")


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1200, "dark")])
def test_in_a_browser_nothing_is_cut_tiny_or_asked_for(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    tables, facts = made()
    page = write_ranking_page(tables, facts, tmp_path / "page.html")
    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.goto(page.as_uri())
    assert asked == [page.as_uri()]
    assert view.evaluate("document.documentElement.scrollWidth") <= width
    sizes, cut = view.evaluate(
        """() => {
        const texts = [...document.querySelectorAll('svg.plot text')];
        const size = t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a;
        const outside = t => {
            const box = t.getBBox(), whole = t.ownerSVGElement.viewBox.baseVal;
            return box.x < -1 || box.x + box.width > whole.width + 1
                || box.y < -2 || box.y + box.height > whole.height + 3;
        };
        return [texts.map(size), texts.filter(outside).map(t => t.textContent)];
        }"""
    )
    view.close()
    assert len(sizes) > 300
    assert min(sizes) >= 9
    assert cut == []
