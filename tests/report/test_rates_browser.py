"""The pages of rates in a real browser: sorted, searched, printed, on a phone, in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.report.rates import write_rates_report

from .rates_folder import write_rates

PAGES = ["report.html", "rapport.html", "substances/A00BA00.html", "substances/A00BA01.fr.html"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_rates(tmp_path_factory.mktemp("rates") / "run")
    write_rates_report(folder)
    return folder


@pytest.fixture
def opened(browser: Any, release: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page and collects requests and errors."""
    views = []

    def open_page(name: str, width: int = 1200, scheme: str = "light") -> Any:
        view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        view.requests, view.errors = [], []
        view.on("request", lambda request: view.requests.append(request.url))
        view.on("console", lambda message: view.errors.append(message.text))
        view.on("pageerror", lambda error: view.errors.append(str(error)))
        view.on("dialog", lambda dialog: (view.errors.append(dialog.message), dialog.dismiss()))
        view.goto((release / name).as_uri())
        views.append(view)
        return view

    yield open_page
    for view in views:
        view.close()


def names(view: Any) -> list[str]:
    """Return the substances of the list that are seen, from the top."""
    found: list[str] = view.evaluate(
        "[...document.querySelectorAll('#list tbody tr')].filter(r => !r.hidden)"
        ".map(r => r.cells[0].innerText.replace(/\\n/g, ''))"
    )
    return found


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_for_and_nothing_goes_wrong(opened: Any, name: str) -> None:
    view = opened(name)
    assert view.requests == [view.url]
    assert view.errors == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_no_width_makes_the_page_scroll_sideways(opened: Any, name: str, width: int) -> None:
    view = opened(name, width)
    view.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert view.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_plots_are_read_on_a_phone_and_no_word_leaves_its_plot(opened: Any, name: str) -> None:
    found = opened(name, 390).evaluate(
        """() => [...document.querySelectorAll('svg.plot text')].map(t => {
          const plot = t.ownerSVGElement.getBoundingClientRect(), own = t.getBoundingClientRect();
          const across = own.left >= plot.left - 1 && own.right <= plot.right + 1;
          return [across && own.bottom <= plot.bottom + 1, t.textContent]})"""
    )
    assert len(found) > 20
    assert not [words for inside, words in found if not inside]
    upright = opened(name, 390).evaluate(
        """() => [...document.querySelectorAll('svg.plot text:not([transform])')].map(
        t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"""
    )
    assert min(upright) >= 9


def test_headings_sort_the_list_and_hidden_numbers_go_last(opened: Any) -> None:
    view = opened("report.html")
    before = names(view)
    view.locator("#list thead button", has_text="Cases").click()
    assert names(view)[0] == "Aspirine"
    assert view.locator("#list th[aria-sort=descending]").inner_text().startswith("Cases")
    assert "Zéolithe & co" in names(view)
    most = names(view)
    view.locator("#list thead button", has_text="Cases").click()
    least = names(view)
    assert least[0] == "Zéolithe & co"
    assert set(least[-6:]) == set(most[-6:])
    assert "<script>alert('x')</script>" in least[-6:]
    view.locator("#list thead button", has_text="Substance").click()
    assert names(view) != before and sorted(names(view)) == sorted(before)


def test_the_list_is_searched_without_accents_and_by_class(opened: Any) -> None:
    view = opened("rapport.html")
    view.locator("#tools input").fill("zeol")
    assert names(view) == ["Zéolithe & co"]
    assert view.locator("#tools output").inner_text() == "Substances montrées\xa0: 1 sur 14"
    view.locator("#tools input").fill("")
    view.locator("#tools select").select_option("A03B")
    assert names(view) == ["Substance 012", "Substance 013"]


def test_without_scripts_the_list_is_whole_and_has_no_dead_controls(
    browser: Any, release: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto((release / "report.html").as_uri())
    assert view.locator("#list tbody tr").count() == 14
    assert not view.locator("#tools").is_visible()
    assert view.locator("#list thead button").count() == 0
    context.close()


def test_print_opens_what_is_folded_and_leaves_out_controls(opened: Any) -> None:
    view = opened("report.html")
    view.emulate_media(media="print")
    assert not view.locator("#tools").is_visible()
    assert not view.locator("nav").is_visible()
    assert view.locator("#changes details table").bounding_box()["height"] > 50
    view.set_viewport_size({"width": 680, "height": 900})
    assert view.evaluate("document.documentElement.scrollWidth") <= 680
    assert view.locator(".scroll.long").evaluate("e => e.scrollHeight <= e.clientHeight + 1")


def test_dark_mode_turns_page_and_plots(opened: Any) -> None:
    colours = [
        opened("substances/A00BA00.html", scheme=scheme).evaluate(
            """() => [getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector('.plot .bar.model')).fill,
            getComputedStyle(document.querySelector('.plot .name')).fill]"""
        )
        for scheme in ("light", "dark")
    ]
    assert all(light != dark for light, dark in zip(*colours, strict=True))
