"""A model is tried and sent by somebody who has nothing but a server and a token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.challenge.store import tables
from workbench.challenge.store.clock import SystemClock
from workbench.challenge.store.verify import verify
from workbench.cli.main import main
from workbench.errors import DataError
from workbench.remote.public_card import below
from workbench.sandbox import Tier, probe

from ..challenge.models.hosted import RULES, inputs_of  # noqa: TID252
from ..challenge.submissions.world import CARD  # noqa: TID252
from .conftest import Served, serve_world

Typed = pytest.CaptureFixture[str]


def changes(sample_inputs: str = "inputs/sample") -> dict[str, object]:
    """Return a card whose phase is open now and that takes models."""
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    return {"phases": [phase], "models": RULES | {"sample_inputs": sample_inputs}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server of a challenge that takes models, and a participant's empty folder."""
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.chdir(mine)
    monkeypatch.setenv("WORKBENCH_HOME", str(mine / "home"))
    for name in ("WORKBENCH_STORE", "WORKBENCH_SERVER", "WORKBENCH_LABELS"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "organiser"
    inputs = place / "challenge" / "pack" / "inputs" / "sample"
    inputs.mkdir(parents=True)
    (inputs / "cases.csv").write_text(inputs_of("sample"))
    with serve_world(place, changes(), SystemClock()) as served:
        monkeypatch.setenv("WORKBENCH_TOKEN", served.tokens["one"])
        yield served


def typed(capsys: Typed, *words: str, code: int = 0) -> tuple[str, str]:
    capsys.readouterr()
    ended = main(list(words))
    streams = capsys.readouterr()
    assert ended == code, streams.err
    assert "Traceback" not in streams.err
    return streams.out, streams.err


def test_a_model_is_made_tried_and_sent_with_a_server_alone(here: Served, capsys: Typed) -> None:
    if probe().tier < Tier.SEALED:
        pytest.skip(f"no sealed sandbox here: {probe().missing}")
    at = ("--challenge", "demo", "--server", here.url)
    Path("demo").mkdir()  # a folder of the same name that is no challenge
    _, err = typed(capsys, "new", "submission", "my_model", *at)
    assert "card and sample of demo" in err
    assert 'COLUMNS = ["no", "yes"]' in Path("my_model/predict.py").read_text()
    out, err = typed(capsys, "submit", "model", "my_model", *at, "--check", "--json")
    told = json.loads(out)
    assert told["passed"] and told["sheet"]["n_cases"] == 12
    assert str(Path("home/cache").absolute()) in err
    sent = json.loads(typed(capsys, "submissions", "--server", here.url, "--json")[0])
    assert sent["submissions"] == []
    out, err = typed(capsys, "submit", "model", "my_model", *at)
    assert "card and sample of demo" in err and "queued" in out


def test_each_file_is_fetched_once_and_a_spoilt_one_again(
    here: Served, capsys: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []
    from workbench.remote.server_desk import ServerDesk

    real = ServerDesk.fetch

    def counted(self: ServerDesk, challenge: str, file: object, *rest: object) -> Path:
        fetched.append(file.name)  # type: ignore[attr-defined]
        return real(self, challenge, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ServerDesk, "fetch", counted)
    at = ("--challenge", "demo", "--server", here.url)
    typed(capsys, "new", "submission", "one", *at)
    assert sorted(fetched) == ["challenge.json", "inputs/cases.csv", "labels/sample.csv"]
    typed(capsys, "new", "submission", "two", *at)
    assert len(fetched) == 3
    for kept in Path("home/cache/files").iterdir():
        kept.write_text("spoilt")
    typed(capsys, "new", "submission", "three", *at)
    assert len(fetched) == 6


def test_nothing_hidden_is_among_what_is_given(here: Served, capsys: Typed) -> None:
    out, _ = typed(capsys, "challenge", "data", "demo", "--server", here.url, "--json")
    names = {file["name"] for file in json.loads(out)}
    assert "inputs/cases.csv" in names
    assert not {name for name in names if "private" in name and "labels" in name}


def test_the_store_that_keeps_inputs_verifies_and_misses_one_that_is_gone(here: Served) -> None:
    store = here.world.store
    assert not verify(store).problems
    digest = hashlib.sha256(inputs_of("sample").encode()).hexdigest()
    with store.writing("somebody") as transaction:
        transaction.execute(tables.file.delete().where(tables.file.c.digest == digest))
    (problem,) = verify(store).problems
    assert problem.code == "file-missing" and digest in problem.message


def test_what_cannot_be_had_is_said(here: Served, capsys: Typed) -> None:
    typed(capsys, "new", "submission", "m", "--challenge", "dem", "--server", here.url, code=2)
    _, err = typed(capsys, "new", "submission", "m", "--challenge", "pack-of-nobody", code=2)
    assert "pack-of-nobody" in err


def test_without_inputs_the_challenges_folder_is_asked_for(
    tmp_path: Path, capsys: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    place = tmp_path / "organiser"
    inputs = place / "challenge" / "pack" / "inputs" / "sample"
    inputs.mkdir(parents=True)
    (inputs / "cases.csv").write_text(inputs_of("sample"))
    monkeypatch.setattr("workbench.challenge.submissions.sample_inputs.MOST_KEPT_MB", 0)
    with serve_world(place, changes(), SystemClock()) as served:
        monkeypatch.setenv("WORKBENCH_TOKEN", served.tokens["one"])
        words = ("new", "submission", "m", "--into", str(tmp_path), "--challenge", "demo")
        _, err = typed(capsys, *words, "--server", served.url, code=2)
        assert "--challenge FOLDER" in err
        beside = place / "public" / "demo" / "inputs"  # what `serve --data` names
        beside.mkdir(parents=True)
        (beside / "cases.csv").write_text(inputs_of("sample"))
        typed(capsys, *words, "--server", served.url)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="leads out"):
        below(tmp_path, name)
