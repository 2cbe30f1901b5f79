"""A team's pages over HTTP: every problem of a file, refusals, limits; in both languages."""

from __future__ import annotations

import gzip
import re

import pytest

from ..challenge.submissions.world import answer  # noqa: TID252
from ..server.conftest import Served  # noqa: TID252
from .conftest import signed_in

HOME = "/challenges/demo/submissions"
GOOD = answer()
BAD = {
    "empty": b"",
    "excel": b"PK\x03\x04 and so on",
    "tar": b"x" * 257 + b"ustar" + b"x" * 300,
    "gzip broken off": gzip.compress(GOOD)[:-9],
    "utf-16": GOOD.decode().encode("utf-16"),
    "latin-1": GOOD.replace(b"public-03", "public-é3".encode("latin-1")),
    "semicolons": GOOD.replace(b",", b";"),
    "cells": GOOD.replace(b"public-03,", b"public-03,1,"),
    "no column": GOOD.replace(b"case,no,yes", b"case,no,maybe"),
    "column twice": GOOD.replace(b"case,no,yes", b"case,yes,yes"),
    "rows": GOOD.replace(b"public-03", b"public-02").replace(b"public-05", b"nobody"),
    "leading zeros": GOOD.replace(b"public-05", b"public-5"),
    "values": GOOD.replace(b"0.9,0.1", b"x,").replace(b"0.84,0.16", b"0;84,1e999"),
    "numbers": GOOD.replace(b"0.9,0.1", b'"0,9","1,000.5"').replace(b"0.84,0.16", b"1.2,-0.2"),
    "sums": GOOD.replace(b"0.9,0.1", b"0.9,0.3"),
    "nul": GOOD.replace(b"0.9,0.1", b"0.9,\x000.1"),
}


@pytest.mark.parametrize("name", BAD)
def test_every_problem_of_a_file_is_told_in_both_languages(served: Served, name: str) -> None:
    visit = signed_in(served, "one")
    csrf = visit.csrf()
    report = served.ask("POST", "/challenges/demo/check", "one", body=BAD[name]).json
    assert report["n_problems"] >= 1
    for language in ("en", "fr"):
        fields = {"csrf": csrf, "phase": "open", "do": "check"}
        told = visit.upload(f"/{language}{HOME}", fields, BAD[name])
        text = told.body.decode()
        rows = re.findall(r"<tr>(.*?)</tr>", text.split('class="problems"')[1], re.S)[1:]
        assert told.status == 422 and len(rows) == len(report["problems"])
        codes = [re.findall(r'<code class="sub">([a-z-]+)</code>', row)[0] for row in rows]
        assert codes == [problem["code"] for problem in report["problems"]]
        if language == "fr":
            english = re.findall(r'<span lang="en">(.*?)</span>', "".join(rows))
            assert not english, "these stay English: write them into said.fr.yaml"


@pytest.mark.parametrize("do", ["check", "send"])
def test_a_form_without_a_file_says_so(served: Served, do: str) -> None:
    visit = signed_in(served, "one")
    fields = {"csrf": visit.csrf(), "phase": "open", "do": do}
    told = visit.served.ask(
        "POST",
        f"./fr{HOME}",
        body=b'--xx\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n'
        + fields["csrf"].encode()
        + b'\r\n--xx\r\nContent-Disposition: form-data; name="file"; filename=""\r\n'
        + b"Content-Type: application/octet-stream\r\n\r\n\r\n--xx--\r\n",
        headers={
            "Cookie": f"workbench={visit.cookies['workbench']}",
            "Content-Type": "multipart/form-data; boundary=xx",
            "Origin": served.url,
        },
    )
    assert told.status == 422 and "Choisir d&#39;abord un fichier" in told.body.decode()


def test_a_quota_that_is_used_up_is_told_and_nothing_counts(served: Served) -> None:
    visit = signed_in(served, "one")
    csrf = visit.csrf()
    for place in range(6):
        fields = {"csrf": csrf, "phase": "open", "do": "send"}
        told = visit.upload(f"/fr{HOME}", fields, answer(place / 100))
        assert told.status == (303 if place < 5 else 422)
    text = told.body.decode()
    assert "envoyé les 5 fichiers permis par jour" in text and "aucun quota" in text
    assert len(served.ask("GET", "/submissions", "one").json) == 5


def test_the_same_file_twice_is_one_submission(served: Served) -> None:
    visit = signed_in(served, "one")
    fields = {"csrf": visit.csrf(), "phase": "open", "do": "send"}
    first = visit.upload(f"/en{HOME}", fields, GOOD).headers["location"]
    second = visit.upload(f"/en{HOME}", fields, GOOD).headers["location"]
    assert first.replace("done=sent", "") == second.replace("done=known", "")
    assert b"sent before; it counts once" in visit.get(second).body


def test_a_file_that_is_too_large_is_refused_by_its_announced_size(served: Served) -> None:
    visit = signed_in(served, "one")
    sent = {
        "Cookie": f"workbench={visit.cookies['workbench']}",
        "Content-Type": "multipart/form-data; boundary=xx",
        "Content-Length": str(5 * 2**30),
        "Origin": served.url,
    }
    told = served.ask("POST", f"./fr{HOME}", headers=sent)
    assert told.status == 413 and "maximum que prend ce serveur" in told.body.decode()


@pytest.mark.parametrize(
    "body",
    [b"", b"--xx", b"--xx\r\n\r\n", b"--yy--", b"--xx\r\n" + b"a" * 9000, b"--xx\r\n" * 40],
)
def test_a_broken_form_is_refused(served: Served, body: bytes) -> None:
    visit = signed_in(served, "one")
    sent = {
        "Cookie": f"workbench={visit.cookies['workbench']}",
        "Content-Type": "multipart/form-data; boundary=xx",
        "Origin": served.url,
    }
    told = served.ask("POST", f"./en{HOME}", body=body, headers=sent)
    assert told.status == 422 and "no form of a page" in told.body.decode()


def test_a_page_of_submissions_shows_what_the_api_says(scored: Served) -> None:
    entry = scored.ask("GET", "/submissions/last", "one").json
    visit = signed_in(scored, "one")
    text = visit.get(f"/fr{HOME}/{entry['id']}").body.decode()
    shown = entry["score"]["primary"]
    assert f"{shown['value']:.{shown['digits']}f}".replace(".", ",") in text
    assert entry["digest"] in text and "évaluée" in text
    other = scored.ask("GET", "/submissions/last", "two").json["id"]
    assert other not in visit.get(f"/fr{HOME}").body.decode()


@pytest.mark.parametrize("reason", ["", "   ", "one\ntwo", "a\u202eb", "x" * 2001])
def test_what_is_done_by_hand_needs_a_reason_that_can_be_read(scored: Served, reason: str) -> None:
    sent = scored.ask("GET", "/submissions/last", "one").json["id"]
    head = scored.world.store.head()
    for who, act in (("one", "withdraw"), ("organiser", "override")):
        visit = signed_in(scored, who)
        fields = {"csrf": visit.csrf(), "reason": reason, "aside": "yes"}
        told = visit.post(f"/fr{HOME}/{sent}/{act}", fields)
        assert told.status == 400 and "dire pourquoi en une ligne" in told.body.decode()
    assert scored.world.store.head() == head
