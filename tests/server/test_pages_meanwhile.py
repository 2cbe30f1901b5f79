"""While a board's page is made, others are not kept waiting: the last one is theirs."""

from __future__ import annotations

import threading
from dataclasses import replace

from workbench.challenge.standings import Standings
from workbench.challenge.store.permission import PUBLIC
from workbench.report.standings import page_of
from workbench.server.boards import Asked

from ..challenge.submissions.world import answer  # noqa: TID252
from .conftest import Served

ASKED = Asked("demo", "open", None, None, "html", PUBLIC)


def test_the_last_page_is_shown_and_files_are_taken_while_a_new_one_is_made(
    served: Served,
) -> None:
    boards = served.app.state.host.boards
    served.send("one", answer())
    served.score_all()
    first = boards.etag(ASKED)
    named, old = boards.page(ASKED, first)
    assert named == first

    served.send("two", answer(0.01))
    served.score_all()
    second, begun, go_on = boards.etag(ASKED), threading.Event(), threading.Event()

    def slowly(found: Standings) -> str:
        begun.set()
        assert go_on.wait(20)
        return page_of([found])

    maker = threading.Thread(target=boards.page, args=(ASKED, second, slowly))
    maker.start()
    try:
        assert begun.wait(20)
        assert boards.page(ASKED, second) == (first, old)
        told = served.ask("GET", "/challenges/demo/leaderboard.html?phase=open")
        assert (told.headers["etag"], told.body) == (first, old)
        assert served.send("one", answer(0.02)).status == 200
        team = replace(ASKED, viewer=served.world.teams[0])
        assert boards.etag(team) not in (first, second)  # a team's own page is no public one
    finally:
        go_on.set()
        maker.join(20)
    named, new = boards.page(ASKED, second)
    assert named == second and new != old
