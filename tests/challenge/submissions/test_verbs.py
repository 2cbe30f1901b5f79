"""The verbs of organiser and participant, from opening to rank, on a store in a folder."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.challenge.store import open_store
from workbench.challenge.submissions import check_here, holder
from workbench.cli.main import main
from workbench.scoring import load_challenge

from .world import CARD, answer, write_pack

Typed = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a challenge that is open now, and a good and a bad file."""
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
        "show": ["score", "rank", "interval", "secondary"],
    }
    write_pack(tmp_path, {"phases": [phase]})
    (tmp_path / "good.csv").write_bytes(answer())
    (tmp_path / "bad.csv").write_bytes(answer().replace(b"0.1,", b"x,").replace(b",0.22", b",nan"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
    monkeypatch.delenv("WORKBENCH_LABELS", raising=False)
    return tmp_path


def typed(capsys: Typed, *words: str, code: int = 0) -> str:
    """Run a command; return its stdout."""
    capsys.readouterr()
    ended = main(list(words))
    streams = capsys.readouterr()
    assert ended == code, streams.err
    assert "Traceback" not in streams.err
    return streams.out


def open_it(capsys: Typed) -> None:
    typed(capsys, "challenge", "open", "pack", "--labels", "labels")
    typed(capsys, "challenge", "team", "add", "demo", "Ann's", "--contact", "ann@example.org")


def test_from_file_to_score(place: Path, capsys: Typed) -> None:
    open_it(capsys)
    assert "Ann's" in typed(capsys, "challenge", "team", "list", "demo")
    send = ("submit", "good.csv", "--challenge", "demo", "--team", "ann's")
    told = json.loads(typed(capsys, *send, "--json"))
    assert told["submission"]["state"] == "queued" and told["quota"]["day"] == 4
    assert "1" in typed(capsys, "challenge", "phases", "demo").split()
    assert "is next" in typed(capsys, "why")
    told = json.loads(typed(capsys, *send, "--wait", "--labels", "labels", "--json"))
    assert told["known"] and told["quota"]["day"] == 4
    score = told["submission"]["score"]["primary"]
    assert score["low"] <= score["value"] <= score["high"]
    text = typed(capsys, *send, "--wait")
    assert "rank of the team: 1" in text and told["rank"]["rank"] == 1
    assert "quota left: 4 today" in text and f"{score['value']:.3f}" in text
    assert "accuracy" in typed(capsys, "why", told["submission"]["id"])
    assert "Ann's" in typed(capsys, "submissions")
    typed(capsys, "submissions", "--file", told["submission"]["digest"], "-o", "back.csv")
    assert (place / "back.csv").read_bytes() == answer()
    assert "withdrawn, oops" in typed(capsys, "withdraw", "last", "--reason", "oops")


def test_a_token_stands_for_its_team(
    place: Path, capsys: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_it(capsys)
    typed(capsys, "submit", "good.csv", "--challenge", "demo", code=2)
    issue = ("challenge", "token", "issue", "--challenge", "demo", "--team", "ann's")
    token = typed(capsys, *issue).strip()
    monkeypatch.setenv("WORKBENCH_TOKEN", token)
    typed(capsys, "submit", "good.csv", "--challenge", "demo")
    assert json.loads(typed(capsys, "submissions", "--json"))["quota"]["day"] == 4
    prefix = token.split("_")[1]
    typed(capsys, "challenge", "token", "revoke", prefix, "--reason", "lost")
    typed(capsys, "challenge", "token", "revoke", prefix, "--reason", "lost", code=2)
    assert json.loads(typed(capsys, "submissions", "--json")) == {"submissions": [], "quota": None}
    refused = json.loads(typed(capsys, "why", "--json", code=4))
    assert refused["error"]["problems"][0]["code"] == "not-found"
    refused = json.loads(
        typed(capsys, "submit", "good.csv", "--challenge", "demo", "--json", code=4)
    )
    assert refused["error"]["problems"][0]["code"] == "token-refused"


def test_tokens_are_listed_without_their_secret_and_rotated(
    place: Path, capsys: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_it(capsys)
    token = ("challenge", "token")
    issue = (*token, "issue", "--challenge", "demo")
    old = typed(capsys, *issue, "--team", "ann's", "--expires", "2100-01-01").strip()
    worker = json.loads(typed(capsys, *issue, "--scope", "worker", "--json"))
    prefix = old.split("_")[1]
    new = json.loads(typed(capsys, *token, "rotate", prefix, "--reason", "was in a log", "--json"))
    listed = typed(capsys, *token, "list", "--challenge", "demo", "--json")
    rows = {row["prefix"]: row for row in json.loads(listed)}
    assert list(rows) == [prefix, worker["prefix"], new["prefix"]]
    assert [row["state"] for row in rows.values()] == ["revoked", "good", "good"]
    first, _, last = rows.values()
    for same in ("scope", "challenge", "team", "ends"):
        assert first[same] == last[same]
    assert last["team"] == "Ann's" and last["ends"].startswith("2100-01-01")
    told = listed + typed(capsys, *token, "list")
    for text in (old, new["token"], worker["token"]):
        assert text not in told and text.split("_", 2)[2] not in told
    typed(capsys, *token, "rotate", prefix, "--reason", "again", code=2)
    of_team = ("--challenge", "demo", "--team", "ann's")
    again = (*token, "rotate", *of_team, "--reason", "once more", "--json")
    new = json.loads(typed(capsys, *again))
    extra = json.loads(typed(capsys, *token, "issue", *of_team, "--json"))
    assert {"message"} < set(json.loads(typed(capsys, *again, code=2))["error"])  # which of two?
    typed(capsys, *token, "revoke", extra["prefix"], "--reason", "one too many")
    typed(capsys, *token, "list", "--challenge", "dmeo", code=2)
    monkeypatch.setenv("WORKBENCH_TOKEN", old)
    typed(capsys, "submit", "good.csv", "--challenge", "demo", code=4)
    monkeypatch.setenv("WORKBENCH_TOKEN", new["token"])
    typed(capsys, "submit", "good.csv", "--challenge", "demo")


@pytest.mark.parametrize("name", ["good.csv", "bad.csv"])
def test_the_check_is_the_same_without_a_store(place: Path, capsys: Typed, name: str) -> None:
    code = 0 if name == "good.csv" else 4
    alone = ("submit", "--check", name, "--json", "--challenge", "pack")
    first = typed(capsys, *alone, code=code)
    assert first == check_here(load_challenge("pack"), (place / name).read_bytes()).to_json()
    assert not (place / "store").exists()
    open_it(capsys)
    shutil.rmtree(place / "pack")
    stored = ("submit", "--check", name, "--json", "--challenge", "demo")
    assert typed(capsys, *stored, code=code) == first
    typed(capsys, "submit", "--check", name, "--challenge", "demo", code=code)


def test_a_worker_says_what_it_cannot_score(place: Path, capsys: Typed) -> None:
    open_it(capsys)
    typed(capsys, "submit", "good.csv", "--challenge", "demo", "--team", "Ann's")
    typed(capsys, "challenge", "work", "--once", code=1)
    assert "1 job done" in typed(capsys, "challenge", "work", "--once", "--labels", "labels")
    assert typed(capsys, "challenge", "work", "--once", "--json").strip() == "[]"


def test_an_opening_that_fails_leaves_no_store_behind(place: Path, capsys: Typed) -> None:
    typed(capsys, "challenge", "open", "pcak", "--labels", "labels", code=2)
    typed(capsys, "challenge", "open", "pack", code=2)
    (place / "labels/public.csv").write_text("case,patient\n1,2\n")
    typed(capsys, "challenge", "open", "pack", "--labels", "labels", code=3)
    assert not (place / "store").exists()


def test_mistakes_are_told(place: Path, capsys: Typed) -> None:
    typed(capsys, "submissions", code=3)
    open_it(capsys)
    typed(capsys, "challenge", "open", "pack", "--labels", "labels", code=3)
    typed(capsys, "challenge", "team", "add", "dmeo", "Bob", code=2)
    typed(capsys, "submit", "bad.csv", "--challenge", "demo", "--team", "ann's", code=4)
    typed(capsys, "submit", "none.csv", "--challenge", "demo", "--team", "ann's", code=3)
    typed(capsys, "submit", "--check", "good.csv", "--challenge", "nothing", code=4)
    assert typed(capsys, "why", "s-000001", code=4) == ""


def test_a_challenge_that_is_none_is_not_an_empty_list(place: Path, capsys: Typed) -> None:
    open_it(capsys)
    capsys.readouterr()
    assert main(["submissions", "--challenge", "dmeo"]) == 4
    streams = capsys.readouterr()
    assert streams.out == "" and "dmeo" in streams.err


def test_what_is_typed_does_not_reach_the_terminal_raw(place: Path, capsys: Typed) -> None:
    open_it(capsys)
    for words in (
        ("submit", "good.csv", "--challenge", "x\x1b[2J\ny", "--team", "ann's"),
        ("submit", "good.csv", "--challenge", "demo", "--team", "x\x1b[2J\ny"),
        ("submit", "good.csv", "--challenge", "demo", "--team", "ann's", "--phase", "x\x1b[2J\ny"),
        ("why", "x\x1b[2J\ny"),
    ):
        capsys.readouterr()
        assert main(list(words)) == 4
        told = capsys.readouterr().err
        assert "\x1b" not in told and "\ny" not in told


def test_a_token_holds_in_one_challenge_or_is_said_to_hold_in_all(
    place: Path, capsys: Typed
) -> None:
    open_it(capsys)
    issue = ("challenge", "token", "issue")
    text = typed(capsys, *issue, "--scope", "organiser", "--whole-store").strip()
    with open_store(place / "store") as store:
        assert holder(store, text).challenge is None
    typed(capsys, *issue, "--scope", "organiser", code=2)
    typed(capsys, *issue, "--whole-store", "--challenge", "demo", code=2)
    typed(capsys, *issue, "--whole-store", "--team", "ann's", code=2)
    typed(capsys, *issue, "--whole-store", code=2)
