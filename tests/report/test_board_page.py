"""The page of a board in a real browser, wide and narrow, light and dark."""

from pathlib import Path
from typing import Any

import pytest

from workbench.cli.boards import page_of

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
