"""The organiser's page over HTTP: what a dry run says, and where the real thing is done."""

from __future__ import annotations

import html
import re
import shlex

import pytest

from workbench.cli.challenge.close import command as close
from workbench.cli.rescore import command as rescore

from ..challenge.submissions.world import truth  # noqa: TID252
from ..server.conftest import Served, Told  # noqa: TID252
from .conftest import signed_in

PAGE = "/challenges/demo/organise"


def commands(told: Told) -> list[list[str]]:
    """Return the commands a page offers to copy, as a shell parts them."""
    found = re.findall(r"<pre [^>]*><code>(.*?)</code></pre>", told.body.decode(), re.S)
    return [shlex.split(html.unescape(one)) for one in found]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_where_a_challenge_is_closed_and_rescored(
    scored: Served, language: str
) -> None:
    told = signed_in(scored, "organiser").get(f"/{language}{PAGE}")
    again, closing = commands(told)
    assert again[:2] == ["workbench", "rescore"] and "CAUSE" in again
    assert closing[:4] == ["workbench", "challenge", "close", "demo"]
    for words, verb in ((again[2:], rescore), (closing[3:], close)):
        offered = {name for option in verb.params for name in option.opts}
        assert not {word for word in words if word.startswith("--")} - offered
    assert str(scored.place) not in told.body.decode(), "where the store lies is the host's"


def test_a_dry_run_names_what_was_set_by_hand_and_gives_its_command(scored: Served) -> None:
    sent = scored.ask("GET", "/submissions/last", "one").json["id"]
    by_hand = {"value": 0.5, "reason": "read by hand"}
    assert scored.ask("POST", f"/submissions/{sent}/override", "organiser", body=by_hand).json
    (scored.world.labels / "public.csv").write_text(truth("public", 1), encoding="utf-8")
    visit, reason = signed_in(scored, "organiser"), "l'autre lame; $(rm -r /) <b>"
    fields = {"csrf": visit.csrf(), "cause": "labels", "reason": reason}
    english = visit.post(f"/en{PAGE}/rescore", fields)
    assert "1 score was set by hand and would no longer count" in english.body.decode()
    listed = english.body.decode().partition("set by hand and would")[2].partition("</ul>")[0]
    assert f"/submissions/{sent}" in listed and "phase open" in listed
    assert commands(english)[0][-4:] == ["--cause", "labels", "--reason", reason]
    french = visit.post(f"/fr{PAGE}/rescore", fields).body.decode()
    assert "avait été fixé à la main et ne compterait plus" in french
    asked = {"cause": "labels", "reason": "x", "dry_run": True}
    document = scored.ask("POST", "/challenges/demo/rescore", "organiser", body=asked).json
    assert document["lifted"] == [{"submission": sent, "phase": "open"}]


def test_a_dry_run_without_scores_by_hand_names_none(scored: Served) -> None:
    (scored.world.labels / "public.csv").write_text(truth("public", 1), encoding="utf-8")
    visit = signed_in(scored, "organiser")
    fields = {"csrf": visit.csrf(), "cause": "labels", "reason": "labels were mended"}
    text = visit.post(f"/en{PAGE}/rescore", fields).body.decode()
    assert "would change" in text and "set by hand" not in text


def test_a_closed_challenge_needs_no_command_any_more(scored: Served) -> None:
    scored.clock.forward(days=90)
    assert scored.ask("POST", "/challenges/demo/close", "organiser").status == 200
    told = signed_in(scored, "organiser").get(f"/en{PAGE}")
    assert "The challenge was closed on" in told.body.decode()
    assert not [one for one in commands(told) if "close" in one]
