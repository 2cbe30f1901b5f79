"""What an organiser does on pages: looks, verifies, corrects with a reason."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text

from ...challenge.submissions.world import truth  # noqa: TID252
from ...server.conftest import Served  # noqa: TID252
from .conftest import Tab, fill

HOME = "/en/challenges/demo"


def test_the_organiser_sees_the_queue_and_proves_the_log(
    tabs: Callable[..., Tab], live: Served
) -> None:
    fill(live)
    tab = tabs(live)
    tab.sign_in("organiser")
    page = tab.page
    tab.goto(f"{HOME}/organise")
    assert "1 submission waits" in page.inner_text("#queue")
    page.get_by_role("button", name="Verify the log now").click()
    assert "The log is whole." in page.inner_text("#log")
    page.get_by_role("button", name="Look for duplicates now").click()
    assert "were compared" in page.inner_text("#alike")
    with live.world.store._engine.begin() as connection:
        connection.execute(text("UPDATE team SET name = 'Somebody else' WHERE name = 'Team 2'"))
    page.get_by_role("button", name="Verify the log now").click()
    assert "was changed" in page.inner_text("#log")


def test_what_is_done_by_hand_needs_a_reason_and_stands_on_the_board(
    tabs: Callable[..., Tab], live: Served
) -> None:
    fill(live)
    one = live.ask("GET", "/challenges/demo/leaderboard").json
    shown = next(row for row in one["rows"] if row["name"] == "Team 2")["submission"]
    tab = tabs(live)
    tab.sign_in("organiser")
    page = tab.page
    tab.goto(f"{HOME}/submissions/{shown}")
    page.get_by_text("Set the score by hand, or set it aside").click()
    page.get_by_label("Value that counts from now on").fill("0,5")
    page.locator("#override-reason").fill("a slide was cut wrongly")
    page.get_by_role("button", name="Set the score by hand").click()
    assert "0.500" in page.inner_text("#state")
    tab.goto("/fr/challenges/demo/leaderboard?phase=open")
    assert "a slide was cut wrongly" in page.inner_text("#changes")
    assert "0,500" in page.locator("tr", has_text="Team 2").first.inner_text()


def test_a_rescore_is_tried_and_a_phase_ended(tabs: Callable[..., Tab], live: Served) -> None:
    fill(live)
    tab = tabs(live)
    tab.sign_in("organiser")
    page = tab.page
    tab.goto(f"{HOME}/organise")
    head = live.world.store.head()
    (live.world.labels / "public.csv").write_text(truth("public", 1), encoding="utf-8")
    page.get_by_label("Cause").select_option("labels")
    page.locator("#rescore-reason").fill("to see who moves")
    page.get_by_role("button", name="Say who would move").click()
    assert "Nothing was written." in page.inner_text("#rescore")
    assert live.world.store.head() == head
    page.get_by_text("End phase open before its date").click()
    page.locator("#end-open").fill("the data leaked")
    page.get_by_role("button", name="End phase open").click()
    assert "closed" in page.locator("#phases tbody tr", has_text="2026").nth(1).inner_text()
    assert "the data leaked" in page.inner_text("#log")


def test_a_closed_challenge_has_a_report_with_its_files(
    tabs: Callable[..., Tab], live: Served
) -> None:
    fill(live)
    live.score_all()
    live.clock.forward(days=90)
    tab = tabs(live)
    tab.goto(f"{HOME}/report")
    assert "not closed yet" in tab.page.inner_text("main")
    closed = live.ask("POST", "/challenges/demo/close", "organiser").json
    tab.page.reload()
    assert closed["digest"] in tab.page.inner_text("main")
    with tab.page.expect_download() as started:
        tab.page.get_by_role("link", name="boards/final.csv").click()
    with open(started.value.path(), encoding="utf-8") as handle:  # noqa: PTH123
        assert handle.readline().startswith("rank,name,score")
