"""A model's way through the pages, and how pages of a challenge that takes models are built."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ...server.conftest import Served  # noqa: TID252
from ..test_models import BAD, GOOD, serve_takes  # noqa: TID252
from .accessibility import low_contrast, structure
from .conftest import Tab

HOME = "/challenges/demo"
LOOKS = [("en", "light", 1280, "FOLDER"), ("fr", "dark", 320, "DOSSIER")]


@pytest.fixture
def taking(tmp_path: Path) -> Iterator[Served]:
    with serve_takes(tmp_path) as found:
        yield found


@pytest.mark.parametrize(("language", "scheme", "width", "folder"), LOOKS)
def test_an_archive_is_checked_and_sent_on_pages_that_are_well_built(
    tabs: Callable[..., Tab], taking: Served, language: str, scheme: str, width: int, folder: str
) -> None:
    tab = tabs(taking, viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.sign_in("one")
    page, wrong = tab.page, []

    def send(content: bytes, do: str) -> None:
        page.locator("#kind").select_option("model")
        file = {"name": "model.zip", "mimeType": "application/zip", "buffer": content}
        page.locator("#file").set_input_files(file)
        page.locator(f"button[value={do}]").click()

    def look(where: str) -> None:
        wrong.extend(f"{where}: {one}" for one in structure(page) + low_contrast(page))

    tab.goto(f"/{language}{HOME}")
    look("challenge")
    tab.goto(f"/{language}{HOME}/submissions")
    look("submissions")
    send(BAD["names"], "send")
    assert page.locator("table.problems tbody tr").count() == 4
    assert page.locator("#kind").input_value() == "model", "what was chosen stays chosen"
    look("problems")
    send(GOOD, "check")
    assert f"submit model {folder}" in page.locator("#result.good").inner_text()
    look("fine")
    send(GOOD, "send")
    page.locator("#state .state.queued").wait_for()
    look("submission")
    tab.goto(f"/{language}{HOME}/submissions")
    assert "model.zip" in page.locator("table.history").inner_text()
    look("history")
    assert not wrong, "\n".join(wrong)
