"""The page of a board in a real browser, wide and narrow, light and dark."""

from pathlib import Path
from typing import Any

import pytest

from workbench.report.board_tables import further_table, group_table
from workbench.report.standings import page_of

from ..challenge.standings.play import ORGANISER, start  # noqa: TID252


@pytest.fixture
def page(tmp_path: Path) -> Path:
    play = start(tmp_path / "store", {"selection": "best"})
    for i in range(30):
        play.team(f"Team {i} of a hospital with a long name and <b>marks</b>")
        play.scored(f"Team {i} of a hospital with a long name and <b>marks</b>", 0.9 - 0.004 * i)
    play.withdraw(play.scored("Team 3 of a hospital with a long name and <b>marks</b>", 0.95))
    path = tmp_path / "board.html"
    path.write_text(page_of([play.board("open", viewer=ORGANISER)]), encoding="utf-8")
    return path


def test_it_asks_for_nothing_and_fits_every_width(browser: Any, page: Path) -> None:
    colours = []
    for width, scheme in ((390, "light"), (1200, "dark")):
        view = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        asked: list[str] = []
        errors: list[str] = []
        view.on("request", lambda request, asked=asked: asked.append(request.url))
        view.on("console", lambda message, errors=errors: errors.append(message.text))
        view.goto(page.as_uri())
        assert (asked, errors) == ([page.as_uri()], [])
        assert view.evaluate("document.documentElement.scrollWidth") <= width
        assert view.locator("svg.plot").count() == 3
        assert view.locator("#changes td").first.inner_text() != ""
        colours.append(view.evaluate("getComputedStyle(document.body).backgroundColor"))
        view.close()
    assert colours[0] != colours[1]


def test_further_metrics_stand_in_a_table_of_their_own() -> None:
    metric = {"name": "auroc", "value": 0.91234, "low": 0.8, "high": 0.95, "digits": 2}
    rows = [
        {"name": "b", "secondary": [metric]},
        {"name": "a", "secondary": []},
        {"name": "floor", "secondary": []},
    ]
    shown = further_table({"rows": rows, "level": 0.95})
    assert shown is not None and shown.columns == ["Team", "auroc"]
    assert shown.rows == [["b", "0.91 (0.80 to 0.95)"]]
    assert further_table({"rows": rows[1:], "level": 0.95}) is None


def test_groups_list_the_teams_as_the_board_does() -> None:
    scores = [{"team": name, "value": 0.5, "low": None, "high": None} for name in "abc"]
    group = {"name": "C01", "n_cases": 20, "n_units": 12, "scores": scores}
    rule = {"hidden": 0, "persons": 11, "events": 11, "metric": "x", "column": "site", "digits": 2}
    shown = group_table({**rule, "groups": [group]}, ["c", "a"])
    assert [row[0] for row in shown.rows] == ["c", "a", "b"]
