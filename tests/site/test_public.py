"""The pages everybody may read, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.challenge.standings import Standings
from workbench.site.board import board_html
from workbench.site.languages import Language
from workbench.site.router import site
from workbench.site.routes import public

from ..challenge.submissions.world import answer  # noqa: TID252
from ..server.conftest import Served, serve_world  # noqa: TID252


def test_the_root_goes_to_the_language_of_the_browser(served: Served) -> None:
    french = served.ask("GET", "./", headers={"Accept-Language": "fr-FR,fr;q=0.9,en;q=0.5"})
    other = served.ask("GET", "./", headers={"Accept-Language": "de"})
    assert (french.status, french.headers["location"]) == (302, "/fr/")
    assert other.headers["location"] == "/en/"


@pytest.mark.parametrize(("language", "words"), [("en", "takes files until"), ("fr", "jusqu'au")])
def test_a_challenge_says_what_is_asked_and_how_it_is_judged(
    scored: Served, language: str, words: str
) -> None:
    told = scored.ask("GET", f"./{language}/challenges/demo")
    text = told.body.decode().replace("&#39;", "'")
    assert told.status == 200 and f'<html lang="{language}">' in text
    assert words in text and "brier" in text and "accuracy" in text
    document = scored.ask("GET", "/challenges/demo/leaderboard").json
    floor = next(row["score"] for row in document["rows"] if row["kind"] == "floor")
    written = f"{floor:.{document['digits']}f}".replace(".", "." if language == "en" else ",")
    assert f"{written} (" in text, "the floor of the metric stands beside it"
    assert f"workbench login {scored.url}" in text


def test_a_board_shows_the_numbers_of_its_document_in_both_languages(scored: Served) -> None:
    document = scored.ask("GET", "/challenges/demo/leaderboard").json
    score = f"{document['rows'][0]['score']:.{document['digits']}f}"
    english = scored.ask("GET", "./en/challenges/demo/leaderboard").body.decode()
    french = scored.ask("GET", "./fr/challenges/demo/leaderboard").body.decode()
    assert f"<b>{score}</b>" in english and "Équipe 1" in english
    assert f"<b>{score.replace('.', ',')}</b>" in french
    assert english.count("in-row") > 2 and 'lang="en"' in english


def test_a_board_is_shown_as_it_was(scored: Served) -> None:
    then = scored.ask("GET", "./en/challenges/demo/leaderboard?as_of=2026-03-01T12:30")
    assert then.status == 200 and b"as it was on 1 March 2026, 12:30 UTC" in then.body
    assert "Équipe 1" not in then.body.decode()
    wrong = scored.ask("GET", "./en/challenges/demo/leaderboard?as_of=yesterday")
    assert wrong.status == 422 and b"no date and time" in wrong.body


def test_pages_carry_no_cookie_and_allow_nothing_inline(scored: Served) -> None:
    for path in ("./en/", "./en/challenges/demo", "./fr/challenges/demo/leaderboard"):
        told = scored.ask("GET", path)
        assert "set-cookie" not in told.headers
        policy = told.headers["content-security-policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy
        text = told.body.decode()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//(?!127\.0\.0\.1)', text)


@pytest.mark.parametrize("path", ["/en/challenges/nope", "/fr/challenges/nope/leaderboard"])
def test_what_is_absent_is_a_page_in_the_language_of_the_address(served: Served, path: str) -> None:
    told = served.ask("GET", f".{path}")
    assert told.status == 404 and told.headers["content-type"].startswith("text/html")
    assert ("Introuvable" if path.startswith("/fr") else "Not found") in told.body.decode()


def test_pages_leave_the_addresses_of_the_api_alone(served: Served) -> None:
    for path in ("./api/v1/nothing", "/challenges/demo/check", "./de/challenges/demo"):
        told = served.ask("GET", path)
        assert told.status in (404, 405)
        assert told.headers["content-type"].startswith("application/problem+json")
    inside = served.ask("GET", "./fr/challenges/demo/nothing")
    assert inside.status == 404 and b"cette page n&#39;existe pas" in inside.body


def test_a_board_is_written_once_for_each_state_of_the_log(
    scored: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []

    def counted(found: Standings, language: Language) -> str:
        written.append(language)
        return board_html(found, language)

    monkeypatch.setattr(public, "board_html", counted)
    pages = {
        scored.ask("GET", f"./{language}/challenges/demo/leaderboard").body
        for language in ("en", "fr", "en", "fr", "en")
    }
    assert sorted(written) == ["en", "fr"] and len(pages) == 2
    assert scored.send("one", answer(0.03)).status == 200
    scored.ask("GET", "./en/challenges/demo/leaderboard")
    assert len(written) == 3, "after another event it is another board"


def test_what_nobody_foresaw_is_a_page_that_says_nothing_of_it(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("labels/private.csv: patient 7 is invasive")

    monkeypatch.setattr(public, "challenge_values", broken)
    told = served.ask("GET", "./fr/challenges/demo")
    assert told.status == 500 and "du côté de l&#39;organisateur" in told.body.decode()
    assert b"invasive" not in told.body and b"private.csv" not in told.body


def test_rules_of_the_organiser_are_shown_without_their_html(tmp_path: Path) -> None:
    folder = tmp_path / "public" / "demo" / "pack"
    folder.mkdir(parents=True)
    (folder / "rules.fr.md").write_text("# Règles\n\n<script>alert(1)</script> **gras**", "utf-8")
    changes = {"rules": {"en": "rules.en.md", "fr": "rules.fr.md"}}
    with serve_world(tmp_path, changes, routers=[site()]) as served:
        text = served.ask("GET", "./fr/challenges/demo").body.decode()
        assert "<h3>Règles</h3>" in text and "<strong>gras</strong>" in text
        assert "&lt;script&gt;alert(1)" in text
