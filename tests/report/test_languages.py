"""The pages of a run in both languages: the same keys, the same numbers, nothing left English."""

import html
import re
from pathlib import Path

import pytest

from workbench import metrics
from workbench.report import write_report
from workbench.report.catalogues import TEXTS
from workbench.report.languages import PAGES, Language, words_of
from workbench.report.sentences import Sentences

NAMES = re.compile(r"\{(\w*)\}")
TEMPLATES = TEXTS.parent / "templates"


@pytest.mark.parametrize("page", ["run", "emulation"])
def test_both_languages_have_the_same_keys_with_the_same_values(page: str) -> None:
    english, french = words_of(page, "en").texts, words_of(page, "fr").texts
    own = {key for key in french if key.startswith("m_")} - set(english)
    assert set(english) == set(french) - own, "French alone has names of metrics"
    odd = [k for k in english if set(NAMES.findall(english[k])) != set(NAMES.findall(french[k]))]
    assert not odd


def test_every_metric_has_a_french_name() -> None:
    texts = words_of("run", "fr").texts
    assert not [name for name in metrics.catalogue.names() if f"m_{name}" not in texts]


@pytest.mark.parametrize("language", PAGES)
def test_every_text_a_template_asks_for_is_there(language: Language) -> None:
    texts = words_of("run", language).texts
    files = [TEMPLATES / "report.html", TEMPLATES / "macros.html"]
    asked: set[str] = set()
    for file in [*files, *(TEMPLATES / "sections").glob("*.html")]:
        asked |= set(re.findall(r"""say\("([\w.-]+)"[,)]""", file.read_text(encoding="utf-8")))
    assert len(asked) > 30
    assert not asked - set(texts)


def shown(page: str) -> str:
    """Return the words of a page: no style, no code, no listing of the configuration."""
    page = re.sub(r"<style>.*?</style>|<pre.*?</pre>|data:image[^\"]*", " ", page, flags=re.DOTALL)
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', page))
    return html.unescape(re.sub(r"<[^>]+>", "\n", page) + labels)


def numbers(page: str, mark: str) -> list[str]:
    """Return the decimal numbers of a page in order, with a point; versions are none."""
    page = re.sub(r'<section id="provenance".*?</section>', " ", page, flags=re.DOTALL)
    number = rf"(?<![\d.,])[−-]?\d+{re.escape(mark)}\d+(?!\d|{re.escape(mark)}\d)"
    found = re.findall(number, shown(page))
    return [number.replace(mark, ".") for number in found]


def check_french(folder: Path) -> None:
    """Check that the French page says in French what the English one says."""
    english, french = ((folder / name).read_text("utf-8") for name in PAGES.values())
    assert '<html lang="fr">' in french
    marked = re.findall(r'<(\w+)[^>]*lang="en"[^>]*>([^<]*)', french)
    assert [what for what in marked if what != ("a", "English version")] == []
    told = shown(french)
    texts, own = words_of("run", "en").texts, words_of("run", "fr").texts
    left = [
        text
        for key, text in texts.items()
        if len(text) > 4 and " " in text and own.get(key) != text and text in told
    ]
    assert left == []
    assert numbers(english, ".") == numbers(french, ",")


def test_the_french_page_of_a_run_of_classes_is_french(run_folder: Path) -> None:
    for name in ("excluded.csv", "terms.json"):
        (run_folder / name).unlink(missing_ok=True)
    facts = (run_folder / "run.json").read_text("utf-8")
    facts = facts.replace("Every slide comes from one simulated scanner.", "quick run")
    (run_folder / "run.json").write_text(facts, "utf-8")
    write_report(run_folder)
    check_french(run_folder)


def test_ticks_of_a_french_plot_have_a_comma(run_folder: Path) -> None:
    write_report(run_folder)
    english, french = ((run_folder / name).read_text("utf-8") for name in PAGES.values())
    ticks = r'<text[^>]*class="tick"[^>]*>([^<]*)</text>'
    points = [t for t in re.findall(ticks, english) if re.search(r"\d\.\d", t)]
    commas = [t for t in re.findall(ticks, french) if re.search(r"\d,\d", t)]
    assert points and [t.replace(".", ",") for t in points] == commas
    assert not [t for t in re.findall(ticks, french) if re.search(r"\d\.\d", t)]


def test_what_nobody_translated_is_marked_as_english() -> None:
    french = words_of("run", "fr")
    assert french.said("never said before <b>") == (
        '<span lang="en">never said before &lt;b&gt;</span>'
    )
    assert french.convention("a tied risk counts half; never said before") == (
        '<span lang="en">a tied risk counts half; never said before</span>'
    )
    assert words_of("run", "en").said("never said before") == "never said before"


def test_a_part_of_a_sentence_is_translated_and_what_files_say_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "said.yaml"
    file.write_text('"{scheme} weights of {name}": "poids {scheme} de {name}"\nlinear: linéaires\n')
    told = Sentences([file]).translated("linear weights of linear")
    assert told == "poids linéaires de linear"
