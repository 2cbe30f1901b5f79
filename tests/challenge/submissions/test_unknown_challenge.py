"""A challenge the store does not have: wrong use for who runs or reads, a refusal for who sends."""

import json
from pathlib import Path

import pytest

from workbench.challenge.store import open_store
from workbench.cli.main import main

from .world import answer, make_world

WRONG_USE, REFUSED = 2, 4
TYPO = ("--challenge", "dmeo")
TEAM = ("--team", "Team 2")
WHY = ("--reason", "x")
VERBS = {
    "challenge phases": (("challenge", "phases", "dmeo"), WRONG_USE),
    "challenge duplicates": (("challenge", "duplicates", *TYPO), WRONG_USE),
    "challenge team add": (("challenge", "team", "add", "dmeo", "Bob"), WRONG_USE),
    "challenge team list": (("challenge", "team", "list", "dmeo"), WRONG_USE),
    "a team's token": (("challenge", "token", "issue", *TYPO, *TEAM), WRONG_USE),
    "a worker's token": (("challenge", "token", "issue", *TYPO, "--scope", "worker"), WRONG_USE),
    "challenge token revoke": (("challenge", "token", "revoke", *TYPO, *TEAM, *WHY), WRONG_USE),
    "challenge close": (("challenge", "close", "dmeo", "--publish", "report"), WRONG_USE),
    "rescore": (("rescore", *TYPO, "--cause", "labels", *WHY), WRONG_USE),
    "leaderboard": (("leaderboard", *TYPO), WRONG_USE),
    "leaderboard for a team": (("leaderboard", *TYPO, *TEAM), WRONG_USE),
    "submit": (("submit", "good.csv", *TYPO, *TEAM), REFUSED),
    "submit --check": (("submit", "--check", "good.csv", *TYPO), REFUSED),
    "submissions": (("submissions", *TYPO), REFUSED),
    "submissions of a team": (("submissions", *TYPO, *TEAM), REFUSED),
    "why": (("why", *TYPO), REFUSED),
    "why of a team": (("why", *TYPO, *TEAM), REFUSED),
    "withdraw": (("withdraw", "last", *TYPO, *TEAM, *WHY), REFUSED),
}
NO_JSON = {"challenge token revoke"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store in which ``demo`` is open, with two teams, and a good file."""
    folder = tmp_path_factory.mktemp("unknown")
    with open_store(folder / "store") as store:
        make_world(store, folder / "demo")
    (folder / "good.csv").write_bytes(answer())
    return folder


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_says_so_by_its_exit_code_and_suggests_the_id(
    place: Path, verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, code = VERBS[verb]
    monkeypatch.chdir(place)
    monkeypatch.setenv("WORKBENCH_STORE", str(place / "store"))
    monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
    with open_store(place / "store") as store:
        before = store.head()
        assert main([*words, *(() if verb in NO_JSON else ("--json",))]) == code
        assert store.head() == before
    streams = capsys.readouterr()
    assert "no challenge 'dmeo' in this store" in streams.err
    assert "did you mean 'demo'?" in streams.err.lower()
    if code == REFUSED:
        assert json.loads(streams.out)["error"]["problems"][0]["code"] == "unknown-challenge"
