"""The doctor finds what would stop a run."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., tuple[int, str, str]]


def states(call: Call) -> tuple[int, dict[str, str]]:
    """Return the exit code and the state of each check."""
    code, out, _ = call("doctor", "--json")
    return code, {row["check"]: row["state"] for row in json.loads(out)}


def test_this_machine_can_run(call: Call) -> None:
    code, found = states(call)
    assert code == 0
    assert found["python"] == found["disk"] == found["audit log"] == found["opt-out list"] == "ok"


def test_a_torchvision_that_does_not_load_is_found(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "torchvision"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise RuntimeError('no operator torchvision::nms')\n")
    facts = tmp_path / "torchvision-0.28.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: torchvision\nVersion: 0.28.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code, out, err = call("doctor")
    assert code == 1
    assert "torchvision::nms" in out and "pip uninstall torchvision" in err


def test_a_broken_opt_out_list_is_found(call: Call) -> None:
    home = Path(os.environ["WORKBENCH_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    (home / "opt_outs.csv").write_text("nonsense\n")
    code, found = states(call)
    assert (code, found["opt-out list"]) == (1, "broken")


def test_a_broken_tracking_store_is_found(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_text("this is no database, whatever its name says")
    code, out, _ = call("doctor", "--runs", str(tmp_path))
    assert code == 1 and "not a database" in out
