"""Real headless Chromium against a real server; skipped, visibly, where there is no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from workbench.server.settings import Rates
from workbench.site.router import site

from ...challenge.submissions.world import answer  # noqa: TID252
from ...server.conftest import Served, serve_world  # noqa: TID252

NAMES = ("<script>alert(1)</script>", "Équipe d'anatomie pathologique du CHU de Saint-Étienne Nord")


@dataclass
class Tab:
    """A page in a browser, with what went wrong in it."""

    page: Any
    served: Served
    console: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def goto(self, path: str) -> None:
        """Open a page of the server."""
        self.page.goto(self.served.url + path)

    def sign_in(self, who: str) -> None:
        """Sign in by the form."""
        self.goto("/en/sign-in")
        self.page.get_by_label("Token").fill(self.served.tokens[who])
        self.page.get_by_role("main").get_by_role("button").click()
        self.page.get_by_role("button", name="Sign out").wait_for()

    def upload(self, name: str, content: bytes, button: str) -> None:
        """Choose a file and press a button."""
        file = {"name": name, "mimeType": "text/csv", "buffer": content}
        self.page.get_by_label("File of predictions").set_input_files(file)
        self.page.get_by_role("button", name=button, exact=True).click()

    def check(self) -> None:
        """Fail where the page complained or asked anybody else than its server."""
        assert not self.console and not self.foreign


@pytest.fixture
def tabs(browser: Any) -> Iterator[Callable[..., Tab]]:
    """Give what opens a fresh browser window; in the end each is checked."""
    opened: list[tuple[Any, Tab]] = []

    def open_tab(served: Served, **options: Any) -> Tab:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        context.set_default_timeout(15_000)
        tab = Tab(context.new_page(), served)
        tab.page.on("console", lambda said: _note(tab, said))
        tab.page.on("pageerror", lambda error: tab.console.append(str(error)))
        tab.page.on("dialog", lambda dialog: tab.console.append(f"dialog {dialog.message}"))
        tab.page.on("request", lambda asked: _own(tab, asked.url))
        opened.append((context, tab))
        return tab

    yield open_tab
    for context, tab in opened:
        context.close()
        tab.check()


def _note(tab: Tab, said: Any) -> None:
    # A page that answers 4xx on purpose, such as a rejected file, is logged by the browser too.
    if said.type in ("error", "warning") and "status of 4" not in said.text:
        tab.console.append(said.text)


def _own(tab: Tab, url: str) -> None:
    if not url.startswith((f"{tab.served.url}/", "data:")):
        tab.foreign.append(url)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Served]:
    """A server on which nothing was sent yet."""
    with _server(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with scores, something that waits, something withdrawn, and awkward names."""
    with _server(tmp_path_factory.mktemp("busy")) as found:
        fill(found)
        yield found


def _server(place: Path) -> Any:
    rates = Rates(10**6, 10**6, 10**6)
    changes = {
        "intervals": {"resamples": 200, "level": 0.95, "seed": 7},
        "title": {"en": "Slides \u202e<i>of\u200b", "fr": "Lames \u202e<i>de\u200b"},
    }
    return serve_world(place, changes, routers=[site()], rates=rates)


def fill(served: Served) -> None:
    """Send what makes every part of every page visible."""
    for name in NAMES:
        team = served.ask("POST", "/challenges/demo/teams", "organiser", body={"name": name}).json
        issued = {"scope": "participant", "team": team["team"]}
        token = served.ask("POST", "/challenges/demo/tokens", "organiser", body=issued).json
        served.tokens[name] = token["token"]
    for place, who in enumerate(["one", "two", *NAMES]):
        assert served.send(who, answer(0.02 * place)).status == 200
    extra = served.send("one", answer(0.013)).json["id"]
    served.score_all()
    because = {"reason": "wrong file"}
    assert served.ask("POST", f"/submissions/{extra}/withdraw", "one", body=because).status == 200
    last = served.ask("GET", "/submissions/last", NAMES[0]).json["id"]
    aside = {"value": None, "reason": "labels were read by hand"}
    assert (
        served.ask("POST", f"/submissions/{last}/override", "organiser", body=aside).status == 200
    )
    assert served.send("one", answer(0.033)).status == 200
