"""The page in a real browser: no request, no error, readable wide and narrow, light and dark."""

from pathlib import Path
from typing import Any

import pytest

from workbench.report import write_report
from workbench.report.languages import PAGES, words_of
from workbench.report.page import SECTIONS


@pytest.fixture
def opened(browser: Any, run_folder: Path) -> Any:
    """Return a function that opens the report and collects requests and errors."""
    page_path = write_report(run_folder)
    views = []

    def open_page(width: int = 1200, scheme: str = "light") -> Any:
        view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        view.requests, view.errors = [], []
        view.on("request", lambda request: view.requests.append(request.url))
        view.on("console", lambda message: view.errors.append(message.text))
        view.on("pageerror", lambda error: view.errors.append(str(error)))
        view.on("dialog", lambda dialog: (view.errors.append(dialog.message), dialog.dismiss()))
        view.goto(page_path.as_uri())
        views.append(view)
        return view

    yield open_page
    for view in views:
        view.close()


def test_nothing_is_asked_for_and_nothing_goes_wrong(opened: Any) -> None:
    view = opened()
    asked = [url for url in view.requests if not url.startswith("data:")]
    assert asked == [view.url]
    assert view.errors == []
    for key, _ in SECTIONS:
        title = words_of("run", "en")(f"t_{key}")
        assert view.locator(f"#{key} h2").inner_text() == title
        assert view.locator(f"#{key}").bounding_box()["height"] > 60


@pytest.mark.parametrize("width", [390, 768, 1200])
@pytest.mark.parametrize("name", PAGES.values())
def test_no_width_makes_the_page_scroll_sideways(opened: Any, width: int, name: str) -> None:
    view = opened(width)
    view.goto(view.url.replace("report.html", name))
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_plot_text_is_readable_on_a_phone(opened: Any) -> None:
    sizes = opened(390).evaluate(
        """() => [...document.querySelectorAll('svg.plot text')].filter(t => t.checkVisibility())
        .map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
    )
    assert len(sizes) > 50
    assert min(sizes) >= 9


def test_dark_mode_turns_the_page_and_its_plots(opened: Any) -> None:
    colours = [
        opened(scheme=scheme).evaluate(
            """() => [getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector('.plot .label')).fill,
            getComputedStyle(document.querySelector('.plot .mark')).fill]"""
        )
        for scheme in ("light", "dark")
    ]
    assert all(light != dark for light, dark in zip(*colours, strict=True))


def test_images_load_and_have_words(opened: Any) -> None:
    images = opened().evaluate(
        "[...document.images].map(i => [i.complete && i.naturalWidth > 0, i.alt])"
    )
    assert len(images) == 14
    assert all(loaded and alt for loaded, alt in images)


def test_the_keyboard_reaches_the_score_first(opened: Any) -> None:
    view = opened()
    view.keyboard.press("Tab")
    assert view.evaluate("document.activeElement.getAttribute('href')") == "#score"


def test_a_printed_page_opens_what_is_folded(opened: Any) -> None:
    view = opened()
    view.emulate_media(media="print")
    assert view.locator("#configuration pre").bounding_box()["height"] > 50
