"""Every page, in both languages, light and dark, wide and on a phone: built as it should be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...server.conftest import Served  # noqa: TID252
from .accessibility import low_contrast, structure
from .conftest import NAMES, Tab

HOME = "/challenges/demo"
PUBLIC = ("/", HOME, f"{HOME}/leaderboard?phase=open", f"{HOME}/report", "/sign-in", "/nothing")
TEAM = (f"{HOME}/submissions", f"{HOME}/submissions/last")
ORGANISER = (f"{HOME}/organise", f"{HOME}/submissions", f"{HOME}/leaderboard?phase=open")
LOOKS = [("en", "light", 1280), ("fr", "dark", 1280), ("fr", "light", 320), ("en", "dark", 320)]


@pytest.mark.parametrize(("language", "scheme", "width"), LOOKS)
def test_every_page_is_well_built(
    tabs: Callable[..., Tab], busy: Served, language: str, scheme: str, width: int
) -> None:
    wrong = []
    for who, paths in ((None, PUBLIC), ("one", TEAM), ("organiser", ORGANISER)):
        view = {"width": width, "height": 800}
        tab = tabs(busy, viewport=view, color_scheme=scheme)
        if who is not None:
            tab.sign_in(who)
        for path in paths:
            tab.goto(f"/{language}{path}")
            tab.page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
            assert tab.page.evaluate("document.documentElement.lang") == language
            found = structure(tab.page) + low_contrast(tab.page)
            wrong += [f"{path}: {one}" for one in found]
    assert not wrong, "\n".join(wrong)


def test_what_people_typed_is_shown_and_nothing_of_it_runs(
    tabs: Callable[..., Tab], busy: Served
) -> None:
    tab = tabs(busy)
    tab.goto(f"/en{HOME}/leaderboard?phase=open")
    assert NAMES[0] in tab.page.inner_text("table.board")
    text = tab.page.inner_text("header")
    assert "[U+202E]<i>of[U+200B]" in text
    for path in ("/", HOME, f"{HOME}/report"):
        tab.goto(f"/en{path}")
        text = tab.page.inner_text("body") + tab.page.title()
        assert "\u202e" not in text and "\u200b" not in text


def test_the_board_prints_without_its_forms_and_bars(
    tabs: Callable[..., Tab], busy: Served
) -> None:
    tab = tabs(busy)
    tab.goto(f"/en{HOME}/leaderboard?phase=open")
    tab.page.emulate_media(media="print")
    assert tab.page.locator("table.board").is_visible()
    for what in (".bar", "form", "nav >> nth=0"):
        assert not tab.page.locator(what).first.is_visible()


def test_a_board_is_sorted_by_a_click_and_by_the_keyboard(
    tabs: Callable[..., Tab], busy: Served
) -> None:
    tab = tabs(busy)
    tab.goto(f"/en{HOME}/leaderboard?phase=open")
    ranks = "[...document.querySelectorAll('.board tbody .rank')].map((e) => e.dataset.value)"
    before = [rank for rank in tab.page.evaluate(ranks) if rank]
    button = tab.page.get_by_role("button", name="Rank", exact=True)
    button.focus()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Enter")
    after = [rank for rank in tab.page.evaluate(ranks) if rank]
    assert after == before[::-1] and len(set(before)) > 1
    heading = tab.page.locator("th[aria-sort]")
    assert heading.get_attribute("aria-sort") == "descending"
