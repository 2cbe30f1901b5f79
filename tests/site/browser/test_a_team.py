"""A team's way through the pages: sign in, check, send, follow, read the board."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ...challenge.submissions.world import answer  # noqa: TID252
from ...server.conftest import Served  # noqa: TID252
from .conftest import Tab

HOME = "/en/challenges/demo"
BAD = answer().replace(b"public-03,0.72,0.28", b"public-03,0.72,x").replace(b"public-05", b"nobody")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_bad_file_to_the_board(
    tabs: Callable[..., Tab], live: Served, scripts: bool
) -> None:
    tab = tabs(live, java_script_enabled=scripts)
    page = tab.page
    tab.goto(f"{HOME}/submissions")
    assert "/en/sign-in" in page.url, "the form for the token comes first"
    page.get_by_label("Token").fill(live.tokens["one"])
    page.get_by_role("main").get_by_role("button").click()
    assert page.url.endswith(f"{HOME}/submissions"), "and then the page that was asked for"

    tab.upload("bad.csv", BAD, "Check only")
    rows = page.locator("table.problems tbody tr")
    said = " | ".join(rows.all_inner_texts())
    assert rows.count() == 3, said
    for wanted in ("4", "yes", "public-03", "x", "nobody", "public-05"):
        assert wanted in said
    assert "no quota was used" in page.inner_text("#result")
    tab.upload("bad.csv", BAD, "Check and send")
    assert rows.count() == 3 and "Nothing was sent yet." in page.inner_text("#history")

    tab.upload("good.csv", answer(), "Check only")
    assert "The file is fine." in page.inner_text("#result")
    tab.upload("good.csv", answer(), "Check and send")
    assert "The file was taken." in page.inner_text("main")
    state = page.locator("#state .state")
    assert state.inner_text().endswith("waiting")
    live.score_all()
    if not scripts:
        page.reload()
    page.locator("#state .state.scored").wait_for()
    score = page.locator("#state .big").inner_text().split()[0]
    entry = live.ask("GET", "/submissions/last", "one").json
    assert float(score) == entry["score"]["primary"]["value"]

    page.get_by_role("link", name="Leaderboard").click()
    page.get_by_role("link", name="Phase open").click()
    row = page.locator("table.board tbody tr", has_text="Équipe 1")
    assert score in row.inner_text() and row.locator("svg.in-row").count() >= 1
    page.get_by_role("link", name="Français").click()
    assert "phase=open" in page.url
    assert score.replace(".", ",") in page.inner_text("table.board")


def test_the_keyboard_alone_is_enough(tabs: Callable[..., Tab], live: Served) -> None:
    tab = tabs(live)
    page = tab.page
    tab.goto(f"{HOME}/submissions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent")
        )
        ring = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert ring not in ("none", ""), f"the focus on {seen[-1]} cannot be seen"
        if seen[-1] == "token":
            break
    assert seen[-1] == "token", seen
    page.keyboard.type(live.tokens["one"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    order = []
    for _ in range(30):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.value"))
    parts = [one for one in order if one in ("file", "check", "send")]
    assert parts[:3] == ["file", "check", "send"]


def test_a_submission_is_withdrawn_with_a_reason(tabs: Callable[..., Tab], live: Served) -> None:
    assert live.send("one", answer()).status == 200
    tab = tabs(live)
    tab.sign_in("one")
    tab.goto(f"{HOME}/submissions/last")
    page = tab.page
    page.get_by_text("Withdraw this submission").click()
    button = page.get_by_role("button", name="Withdraw")
    button.click()
    assert page.url.endswith("/last"), "the browser asks for the reason first"
    page.get_by_label("Reason").fill("the wrong run")
    button.click()
    assert "withdrawn" in page.inner_text("#state") and "the wrong run" in page.inner_text("#state")


def test_a_team_takes_its_own_file_back(tabs: Callable[..., Tab], live: Served) -> None:
    assert live.send("one", answer(), **{"X-Filename": "mine.csv"}).status == 200
    tab = tabs(live)
    tab.sign_in("one")
    tab.goto(f"{HOME}/submissions")
    with tab.page.expect_download() as started:
        tab.page.get_by_role("link", name="mine.csv").click()
    with open(started.value.path(), "rb") as handle:  # noqa: PTH123
        assert handle.read() == answer()
