"""The participant's verbs print the same bytes at a store and at a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.challenge.store.clock import SystemClock
from workbench.cli.main import main

from ..challenge.submissions.world import CARD, answer  # noqa: TID252
from .conftest import Served, serve_world

Typed = pytest.CaptureFixture[str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server whose clock is right, and a participant's empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    for name in ("WORKBENCH_STORE", "WORKBENCH_SERVER", "WORKBENCH_TOKEN", "WORKBENCH_LABELS"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "good.csv").write_bytes(answer())
    (tmp_path / "bad.csv").write_bytes(answer().replace(b"0.9,0.1", b"x,0.1"))
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    with serve_world(tmp_path / "organiser", {"phases": [phase]}, SystemClock()) as served:
        yield served


def typed(capsys: Typed, *words: str, code: int = 0) -> str:
    capsys.readouterr()
    ended = main(list(words))
    streams = capsys.readouterr()
    assert ended == code, streams.err
    assert "wb_" not in streams.out + streams.err
    return streams.out


def both(here: Served, capsys: Typed, *words: str, code: int = 0) -> str:
    """Run a verb at the store and at the server; return what both printed."""
    local = typed(capsys, *words, "--store", str(here.place / "store"), code=code)
    remote = typed(capsys, *words, "--server", here.url, code=code)
    assert local == remote
    return remote


def test_every_report_has_the_same_bytes(
    here: Served, capsys: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_TOKEN", here.tokens["one"])
    on = ("--challenge", "demo")
    both(here, capsys, "submit", "--check", "good.csv", *on, "--json")
    assert "sum-not-one" not in both(here, capsys, "submit", "bad.csv", *on, "--json", code=4)
    both(here, capsys, "submit", "--check", "bad.csv", *on, "--json", code=4)
    first = typed(capsys, "submit", "good.csv", *on, "--json", "--server", here.url)
    assert '"known": false' in first
    both(here, capsys, "submit", "good.csv", *on, "--json")
    both(here, capsys, "why", "--json")
    here.score_all()
    assert '"rank": 1' in both(here, capsys, "submit", "good.csv", *on, "--wait", "--json")
    both(here, capsys, "submit", "good.csv", *on, "--wait")
    both(here, capsys, "submissions", *on, "--json")
    both(here, capsys, "submissions")
    both(here, capsys, "why", "--json")
    both(here, capsys, "why", "s-999999", "--json", code=4)
    both(here, capsys, "leaderboard", *on, "--json")
    then = here.world.store.now().isoformat()
    both(here, capsys, "leaderboard", *on, "--json", "--as-of", then)
    both(here, capsys, "leaderboard", *on)
    both(here, capsys, "leaderboard", *on, "--phase", "opne", "--json", code=2)
    both(here, capsys, "challenge", "phases", "demo", "--json")
    monkeypatch.delenv("WORKBENCH_TOKEN")
    both(here, capsys, "challenge", "data", "demo", "--json")


def test_files_have_the_same_bytes(
    here: Served, capsys: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WORKBENCH_TOKEN", here.tokens["one"])
    typed(capsys, "submit", "good.csv", "--challenge", "demo", "--server", here.url)
    here.score_all()
    board = ("leaderboard", "--challenge", "demo")
    for where, words in (("local", ("--store", str(here.place / "store"))),
                         ("remote", ("--server", here.url))):  # fmt: skip
        files = ("--csv", f"{where}.csv", "--html", f"{where}.html")
        typed(capsys, *board, *files, *words)
        typed(capsys, "submissions", "--file", "last", "--out", f"{where}.back", *words)
        typed(capsys, "challenge", "data", "demo", "--out", f"{where}_data", *words)
    for name in (".csv", ".html", ".back", "_data/cases/public.json"):
        assert (tmp_path / f"local{name}").read_bytes() == (tmp_path / f"remote{name}").read_bytes()
    assert (tmp_path / "remote.back").read_bytes() == answer()


def test_login_keeps_the_token_for_its_owner_alone(
    here: Served, capsys: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token.txt").write_text(here.tokens["one"] + "\n")
    (tmp_path / "old.txt").write_text(here.tokens["expired"])
    typed(capsys, "login", here.url, "--token-file", "old.txt", code=4)
    kept = tmp_path / "home" / "credentials.json"
    assert not kept.exists()
    assert "participant" in typed(capsys, "login", here.url, "--token-file", "token.txt")
    assert kept.stat().st_mode & 0o777 == 0o600
    # From here on nothing needs to be named.
    assert "queued" in typed(capsys, "submit", "good.csv", "--challenge", "demo")
    assert "queued" in typed(capsys, "submissions")
    monkeypatch.setenv("WORKBENCH_TOKEN", here.tokens["two"])  # perhaps meant for another place
    assert "queued" in typed(capsys, "submissions")
    assert "queued" not in typed(capsys, "submissions", "--server", here.url)
    monkeypatch.delenv("WORKBENCH_TOKEN")
    typed(capsys, "submissions", "--server", here.url, "--team", "Team 2", code=2)
    kept.chmod(0o644)
    typed(capsys, "submissions", code=2)
    kept.chmod(0o600)
    typed(capsys, "login", here.url, "--forget")
    typed(capsys, "submissions", "--server", here.url, code=4)
