"""The pages of reporting rates say what the tables hold, in both languages, and nothing hidden."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
import yaml

from workbench.errors import DataError
from workbench.report import write_report
from workbench.report.catalogues import TEXTS
from workbench.report.rates import write_rates_report

from .rates_folder import HOSTILE, write_rates

LANGUAGES = ["en", "fr"]
PAGE = {"en": "report.html", "fr": "rapport.html"}
ENDING = {"en": ".html", "fr": ".fr.html"}
# The substances of the fixture that are told apart by what is known of them.
COUNTED, HIDDEN, NOBODY = "A00BA00", "A00BA01", "A00BA02"


class Reader(HTMLParser):
    """Collects what tests ask of a page: words, links, pictures, headings of tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self.heads: list[dict[str, str | None]] = []
        self.scripts = 0
        self._quiet = False
        self.feed(page)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._quiet = tag in ("style", "script")
        self.scripts += tag == "script"
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag == "svg":
            self.pictures.append(given)
        if tag == "th":
            self.heads.append(given)

    def handle_endtag(self, tag: str) -> None:
        self._quiet = False

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.words.append(data)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with its pages."""
    folder = write_rates(tmp_path_factory.mktemp("rates") / "run")
    write_rates_report(folder)
    return folder


@pytest.fixture
def own(release: Path, tmp_path: Path) -> Path:
    """The release, the test's own, without pages."""
    folder = Path(shutil.copytree(release, tmp_path / "run"))
    for page in (*PAGE.values(),):
        (folder / page).unlink()
    shutil.rmtree(folder / "substances")
    return folder


def read(folder: Path, name: str) -> Reader:
    return Reader((folder / name).read_text(encoding="utf-8"))


def sheet(folder: Path, code: str, language: str = "en") -> Reader:
    return read(folder, f"substances/{code}{ENDING[language]}")


def test_the_texts_are_complete_in_both_languages_and_no_key_stands_twice() -> None:
    keys = {}
    for language in LANGUAGES:
        content = (TEXTS / f"rates.{language}.yaml").read_text(encoding="utf-8")
        names = re.findall(r'^(?:"([^"]+)"|([^\s#][^:]*)):', content, flags=re.M)
        flat = [quoted or bare for quoted, bare in names]
        assert len(flat) == len(set(flat)), sorted({n for n in flat if flat.count(n) > 1})
        keys[language] = yaml.safe_load(content)
        assert set(keys[language]) == set(flat)
    assert set(keys["en"]) == set(keys["fr"])
    for key, text in keys["en"].items():
        holes = [set(re.findall(r"{(\w+)}", str(keys[one][key]))) for one in LANGUAGES]
        assert holes[0] == holes[1], key
        assert str(text).strip(), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_substance_has_a_sheet_the_list_leads_to(release: Path, language: str) -> None:
    links = read(release, PAGE[language]).links
    sheets = {link for link in links if link.startswith("substances/")}
    assert len(sheets) == 14
    assert all((release / link).is_file() for link in sheets)
    assert all(link.endswith(".fr.html") == (language == "fr") for link in sheets)


def test_every_link_and_every_data_file_is_there(release: Path) -> None:
    pages = [*release.glob("*.html"), *release.glob("substances/*.html")]
    assert len(pages) == 30
    for page in pages:
        for link in Reader(page.read_text(encoding="utf-8")).links:
            if not link.startswith("#"):
                assert (page.parent / link).resolve().is_file(), (page.name, link)


def test_a_rate_is_said_with_its_interval_in_each_language(release: Path) -> None:
    english, french = (sheet(release, COUNTED, one).text for one in LANGUAGES)
    assert "612 cases were reported with Aspirine as a suspect" in english
    assert "among 254,321 exposed patients" in english
    assert "241 per 100,000 exposed patients (95% interval, Garwood: 222 to 260)" in english
    assert "one case for 416 patients" in english
    assert "parmi 254 321 patients exposés" in french
    assert "(intervalle à 95 %, Garwood : 222 à 260)" in french
    assert "0,74 fois celui" in french and "0.74 times that" in english
    assert "4.81" in english and "4,81" in french
    assert "4.81" not in french


def test_plots_write_numbers_as_the_language_does(release: Path) -> None:
    page = (release / "rapport.html").read_text(encoding="utf-8")
    ticks = re.findall(r'<text [^>]*class="(?:tick|share)"[^>]*>([^<]*)</text>', page)
    assert any("\u202f" in tick for tick in ticks)
    assert not [tick for tick in ticks if re.search(r"\d[.]\d|\d,\d{3}\b", tick)]


def test_a_hidden_number_is_the_range_a_reader_can_work_out(release: Path) -> None:
    english, french = (sheet(release, HIDDEN, one).text for one in LANGUAGES)
    assert "Cases: 1 to 10; exposed patients: 400 to 1,600" in english
    assert "Cas : 1 à 10 ; patients exposés : 400 à 1 600" in french
    assert "62.5 to 2,500 per 100,000 exposed patients" in english
    assert "no case was reported" not in english
    row = _line(release / "report.html", HIDDEN)
    assert re.findall(r">([^<]*)</span>", row)[:3] == ["400 to 1,600", "1 to 10", "62.5 to 2,500"]
    assert ">0<" not in row


def test_no_case_is_no_rate_of_zero(release: Path) -> None:
    said = sheet(release, NOBODY).text
    assert "no case was reported" in said
    assert "no proof of a rate of 0: it may be as high as 70.9 per 100,000" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_from_data_are_never_markup(release: Path, language: str) -> None:
    for page in release.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert HOSTILE not in text, page.name
        assert Reader(text).scripts == (page.parent == release), page.name
    assert HOSTILE in read(release, PAGE[language]).text


def test_only_our_script_may_run_and_nothing_is_fetched(release: Path) -> None:
    for page in release.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
        assert policy and policy[1].startswith("default-src 'none'")
        script = re.search(r"<script>(.*?)</script>", text, flags=re.S)
        if script:
            digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
            assert f"script-src 'sha256-{digest}'" in policy[1].replace("&#39;", "'")
        else:
            assert "script-src" not in policy[1]
        assert not re.search(r'(?:src|href)="(?:https?:)?//', text), page.name


def test_what_is_drawn_has_words_and_tables_have_headings(release: Path) -> None:
    for page in release.rglob("*.html"):
        found = read(release, str(page.relative_to(release)))
        assert found.pictures and found.heads
        for picture in found.pictures:
            assert picture.get("role") == "img" and picture.get("aria-label"), page.name
        assert all(head.get("scope") in ("col", "row") for head in found.heads), page.name


def test_every_figure_has_its_rows(release: Path) -> None:
    names = {path.name for path in (release / "plots").glob("*.csv")}
    assert names == {
        *("funnel.csv", "caterpillar.csv", "heat-map.csv", "attrition.csv"),
        *("cases.csv", "exposure.csv", "comparison.csv", "trend.csv"),
    }
    funnel = (release / "plots" / "funnel.csv").read_text(encoding="utf-8")
    assert "Aspirine,612,254321" in funnel
    assert "alert('x')" not in funnel  # its counts are hidden


def test_an_ebgm_that_is_not_identified_is_said_to_be(release: Path) -> None:
    english, french = (sheet(release, COUNTED, one).text for one in LANGUAGES)
    assert "EBGM is not identified" in english and "not identified" in english
    assert "L'EBGM n'est pas identifié" in french
    assert "EBGM is not identified" in read(release, "report.html").text


def test_pairs_with_hidden_counts_are_counted_apart_and_not_called_no_alert(release: Path) -> None:
    said = sheet(release, HIDDEN).text
    assert "3 further events have counts that are hidden; whether they meet the rule" in said
    assert "none meets the alert rule" not in said
    assert "Alert: the lower end of IC is above 0, and a false discovery rate of at most 5%" in said


def test_a_scenario_of_more_cases_than_patients_is_called_impossible(release: Path) -> None:
    said = sheet(release, COUNTED).text
    assert "0.0874% 275,293 247,764 to 302,822 impossible: more than all the exposed" in said
    assert "10% 2,406 2,166 to 2,647 –" in said


def test_serious_cases_come_first_and_ages_in_order(release: Path) -> None:
    text = (release / "substances" / f"{COUNTED}.html").read_text(encoding="utf-8")
    names = re.findall(r'<text [^>]*class="name"[^>]*>([^<]*)<', text)
    assert names[:2] == ["serious", "not serious"]
    assert names.index("0-19") < names.index("20-64") < names.index("65+")


def test_ages_and_person_years_known_by_year_only_say_their_year(own: Path) -> None:
    rates = own / "tables" / "rates.csv"
    frame = pd.read_csv(rates, dtype=str, keep_default_na=False)
    of_age = (frame["age"] != "all") & (frame["sex"] == "all")
    of_years = frame["measure"] == "person_years"
    frame.loc[of_age, "period"] = "2022"
    frame.loc[of_years, "period"] = "2021"
    frame.to_csv(rates, index=False)
    write_rates_report(own)
    said = sheet(own, COUNTED).text
    assert "Age, 2022: 20-64 114,444" in said
    assert "Person-years on treatment, per 1,000 person-years Year Exposed" in said
    assert "2021 127,160 612 4.81 4.44 to 5.21" in said
    assert "Over the time on treatment" not in said


def test_why_a_substance_is_compared_with_nobody(own: Path) -> None:
    classes = own / "tables" / "classes.csv"
    lines = classes.read_text("utf-8").splitlines()
    classes.write_text("\n".join(lines[:1]) + "\n", encoding="utf-8")
    verdicts = json.loads((own / "tables" / "classes.json").read_text("utf-8"))
    verdicts["A02B"] = {"drugs": 2, "compared": False}
    (own / "tables" / "classes.json").write_text(json.dumps(verdicts), encoding="utf-8")
    write_rates_report(own)
    assert "its counts are hidden, so that it is compared with nobody" in sheet(own, HIDDEN).text
    assert "too few substances of its class have published counts" in sheet(own, "A02BA08").text
    assert "no class has rates that can be drawn together" in read(own, "report.html").text


@pytest.mark.slow
def test_nine_hundred_substances_are_written_in_seconds(tmp_path: Path) -> None:
    folder = write_rates(tmp_path / "run", substances=900)
    start = time.process_time()
    write_rates_report(folder)
    assert time.process_time() - start < 30
    assert len(list((folder / "substances").iterdir())) == 1800
    assert (folder / "report.html").stat().st_size < 1_500_000


def test_a_class_without_a_prior_says_so_and_gives_no_shrunken_rate(release: Path) -> None:
    said = sheet(release, "A01BA05").text
    assert "a distribution of their rates is not identified" in said
    assert "The rates of the class differ no more than chance allows" in said


def test_stimulated_reports_are_told_in_the_sheet_and_in_the_list(release: Path) -> None:
    assert "2021: many more reports than before and of another kind" in sheet(release, COUNTED).text
    assert "stimulated" in _line(release / "report.html", COUNTED)


def test_changes_are_counted_and_told_one_by_one(release: Path) -> None:
    said = read(release, "report.html").text
    assert "coding revised" in said
    total = "cases Aspirine · exposed patients changed 598 612"
    assert total in said and "rates Zéolithe & co · 2022 · exposed patients new – 5,200" in said
    assert said.index(total) < said.index("Aspirine · 2019 · women · exposed patients changed")
    assert "codage revu" in read(release, "rapport.html").text


def test_without_an_earlier_release_there_is_nothing_to_compare(own: Path) -> None:
    (own / "tables" / "changes.csv").unlink()
    write_rates_report(own)
    assert "No earlier release was given" in read(own, "report.html").text


def test_the_attrition_chart_tells_each_step_and_why(release: Path) -> None:
    said = read(release, "report.html").text
    assert "Dispensings, in rows 1,200,345 received 1,190,000 left" in said
    assert "10,345 left out: a pack that no reference knows" in said
    assert "Looked for and not found: dates in the wrong order" in said
    assert "some left out, number hidden: no effect at the level that counts" in said
    assert "received outside of the years asked for (received outside 2019 to 2021)" in said
    assert "1,000 left out: a reason <b>of its own</b>" in said
    assert "3400930000000 Dispensings cip13 45 0.21%" in said
    french = read(release, "rapport.html").text
    assert "10 345 de moins : une présentation absente de la référence" in french
    assert said.index("Dispensings, in rows") < said.index("Reports, in cases")


@pytest.mark.parametrize("name", ["flow", "cases", "classes", "standardised", "trend", "signals"])
def test_a_table_that_is_missing_leaves_a_gap_that_is_named(own: Path, name: str) -> None:
    (own / "tables" / f"{name}.csv").unlink()
    write_rates_report(own)
    pages = f"{read(own, 'report.html').text} {sheet(own, COUNTED).text}"
    assert f"tables/{name}.csv is not in the run folder" in pages
    assert "612 cases were reported" in pages


def test_words_in_a_column_of_numbers_are_named(own: Path) -> None:
    trend = own / "tables" / "trend.csv"
    trend.write_text(trend.read_text("utf-8").replace(",0.5,", ",soon,"), encoding="utf-8")
    write_rates_report(own)
    assert "tables/trend.csv has no numbers in since_launch_years" in sheet(own, COUNTED).text


def test_the_same_tables_give_the_same_bytes(own: Path) -> None:
    write_rates_report(own)
    first = {p: p.read_bytes() for p in own.rglob("*.html")}
    write_rates_report(own)
    assert {p: p.read_bytes() for p in own.rglob("*.html")} == first


def test_codes_that_are_no_file_names_get_sheets_of_their_own(own: Path) -> None:
    for table in (own / "tables").glob("*.csv"):
        text = table.read_text("utf-8")
        text = text.replace("A01BA05", "../x/1").replace("A01BA06", ".._x_1")
        table.write_text(text, encoding="utf-8")
    write_rates_report(own)
    assert (own / "substances" / "_x_1.html").is_file()
    assert (own / "substances" / "_x_1-2.html").is_file()
    assert len(list((own / "substances").iterdir())) == 28
    assert sorted(path.name for path in own.parent.iterdir()) == ["run"]


def test_a_release_without_one_published_rate_still_has_its_pages(tmp_path: Path) -> None:
    folder = write_rates(tmp_path / "run", substances=5)
    rates = folder / "tables" / "rates.csv"
    lines = rates.read_text("utf-8").splitlines()
    hidden = [lines[0], *(line for line in lines[1:] if HIDDEN in line)]
    rates.write_text("\n".join(hidden) + "\n", encoding="utf-8")
    write_rates_report(folder)
    assert "fewer than two substances have a published rate" in read(folder, "report.html").text
    assert "nobody counted who was exposed" in sheet(folder, COUNTED).text


def test_the_report_of_any_folder_finds_the_pages_of_rates(own: Path) -> None:
    assert write_report(own) == own / "report.html"
    assert (own / "substances" / f"{COUNTED}.fr.html").is_file()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match=r"no tables/substances\.csv"):
        write_rates_report(tmp_path)


def test_rates_of_another_form_are_refused(own: Path) -> None:
    (own / "tables" / "rates.csv").write_text("code,rate\na,1\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"tables/rates\.csv has no column grain"):
        write_rates_report(own)


def _line(page: Path, code: str) -> str:
    """Return a substance's line of the list."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf'<tr data-find="[^"]* {code} .*?</tr>', text, flags=re.S)
    assert found
    return found[0]
