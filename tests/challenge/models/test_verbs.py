"""The verbs: start a model, try it, send it, run it; and what is said where that cannot be done."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workbench.cli.main import main
from workbench.sandbox.probe import probe

from ..submissions.world import CARD, answer, write_pack  # noqa: TID252
from .hosted import RULES, write_inputs

Typed = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a challenge that takes models and is open now, and its organiser's inputs."""
    now = datetime.now(UTC)
    phase = dict(CARD["phases"][1]) | {
        "opens": (now - timedelta(days=1)).isoformat(),
        "closes": (now + timedelta(days=1)).isoformat(),
    }
    folder = write_pack(tmp_path, {"phases": [phase], "models": RULES})
    write_inputs(folder / "inputs")
    write_inputs(tmp_path / "inputs")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_STORE", str(tmp_path / "store"))
    for name in ("TOKEN", "LABELS", "INPUTS", "ENVIRONMENT"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    return tmp_path


def typed(capsys: Typed, *words: str, code: int = 0) -> tuple[str, str]:
    """Run a command; return its stdout and stderr."""
    capsys.readouterr()
    ended = main(list(words))
    streams = capsys.readouterr()
    assert ended == code, streams.err
    assert "Traceback" not in streams.err
    return streams.out, streams.err


NEW = ("new", "submission", "my_model", "--challenge", "pack")
CHECK = ("submit", "model", "my_model", "--challenge", "pack", "--check")


def test_from_nothing_to_a_score(sealed: None, place: Path, capsys: Typed) -> None:
    out, err = typed(capsys, *NEW)
    assert out == "my_model\n" and "--check" in err
    out, err = typed(capsys, *CHECK, "--json")
    told = json.loads(out)
    assert told["passed"] and told["archive"]["n_files"] == 3
    assert told["run"]["tier"] == "sealed" and told["sheet"]["n_cases"] == 12
    assert "sample: brier" in err
    typed(capsys, "challenge", "open", "pack", "--labels", "labels")
    typed(capsys, "challenge", "team", "add", "demo", "Ann")
    send = ("submit", "model", "my_model", "--challenge", "pack", "--team", "Ann", "--json")
    sent = json.loads(typed(capsys, *send)[0])
    assert sent["submission"]["filename"] == "my_model.zip" and not sent["known"]
    assert json.loads(typed(capsys, *send)[0])["known"]
    _, err = typed(capsys, "challenge", "work", "--once", "--labels", "labels", code=1)
    assert "--inputs DIR" in err
    work = ("challenge", "work", "--once", "--labels", "labels", "--inputs", "inputs", "--json")
    assert [done["outcome"] for done in json.loads(typed(capsys, *work)[0])] == ["scored"]


def test_a_model_that_fails_on_the_sample_is_shown_its_log(
    sealed: None, place: Path, capsys: Typed
) -> None:
    typed(capsys, *NEW)
    (place / "my_model" / "predict.py").write_text("print('loading')\nraise SystemExit('no file')")
    _, err = typed(capsys, *CHECK, code=4)
    assert "  loading\n  no file\n" in err
    assert "[model-exit]" in err and "nothing was sent" in err
    script = (
        "import sys\nopen(sys.argv[2] + '/predictions.csv', 'w').write('case,no,yes\\nx,1,0\\n')"
    )
    (place / "my_model" / "predict.py").write_text(script)
    _, err = typed(capsys, *CHECK, code=4)
    assert "[unknown-key]" in err or "[missing-row]" in err


def test_what_is_wrong_with_a_folder_is_named(place: Path, capsys: Typed) -> None:
    (place / "empty").mkdir()
    _, err = typed(capsys, "submit", "model", "empty", "--challenge", "pack", "--check", code=2)
    assert "workbench new submission NAME" in err
    _, err = typed(capsys, "submit", "model", "a", "b", "--challenge", "pack", code=2)
    assert "submit model FOLDER" in err
    typed(capsys, *NEW)
    _, err = typed(capsys, *NEW, code=2)
    assert "something is there already" in err
    manifest = place / "my_model" / "workbench-model.yaml"
    manifest.write_text(manifest.read_text() + "packages: [torch]\nscripts: x\n")
    _, err = typed(capsys, *CHECK, code=4)
    assert "[wrong-manifest]" in err
    _, err = typed(capsys, "new", "submission", "other", code=2)
    assert "--challenge ID" in err


@pytest.fixture
def without_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which bubblewrap is not installed."""
    monkeypatch.setenv("PATH", "/nonexistent")
    probe.cache_clear()
    yield
    probe.cache_clear()


def test_without_a_sandbox_nothing_is_run(
    without_bubblewrap: None, place: Path, capsys: Typed
) -> None:
    typed(capsys, *NEW)
    (place / "my_model" / "predict.py").write_text("open('executed', 'w')")
    _, err = typed(capsys, *CHECK, code=1)
    assert "'sealed' is required, 'none' is in force here: no model is run" in err
    assert "apt-get install bubblewrap" in err
    assert not list(place.rglob("executed"))
    found = {row["check"]: row for row in json.loads(typed(capsys, "doctor", "--json")[0])}
    assert found["sandbox"]["state"] == "absent"


def test_a_file_named_model_is_still_a_file(place: Path, capsys: Typed) -> None:
    (place / "model").write_bytes(answer())
    out, _ = typed(capsys, "submit", "model", "--challenge", "pack", "--check")
    assert "accepted: 12 cases" in out


def test_backends_say_what_they_need(place: Path, capsys: Typed) -> None:
    typed(capsys, "challenge", "open", "pack", "--labels", "labels")
    work = ("challenge", "work", "--once", "--inputs", "inputs", "--backend")
    assert "--image NAME" in typed(capsys, *work, "docker", code=2)[1]
    assert "--scratch DIR" in typed(capsys, *work, "slurm", code=2)[1]
    _, err = typed(capsys, *work, "bubblewrap", "--environment", "labels", code=2)
    assert "no Python environment" in err


def test_a_worker_gives_the_signals_back(place: Path, capsys: Typed) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    typed(capsys, "challenge", "open", "pack", "--labels", "labels")
    typed(capsys, "challenge", "work", "--once")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
