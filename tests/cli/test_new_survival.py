"""Templates for a time to an event: validated, trained, predicted, evaluated and clean at once."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench.content
from workbench.cli.main import main

RUN = ["use_case=relapse", "challenge=relapses", "model=cox", "tracking=none", "debug=quick"]
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Content root outside the repository with a use case and a challenge of survival."""
    root = tmp_path_factory.mktemp("clinic") / "content"
    for kind, name in (("use-case", "relapse"), ("challenge", "relapses")):
        assert main(["new", kind, name, "--answer", "survival", "--into", str(root)]) == 0
    return root


@pytest.fixture
def joined(clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty working folder in which the clinic's content is found."""
    path = [*workbench.content.__path__, str(clinic)]
    monkeypatch.setattr(workbench.content, "__path__", path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("check", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_new_content_is_clean_by_the_projects_own_rules(clinic: Path, check: list[str]) -> None:
    pytest.importorskip("ruff")
    rules = Path(__file__).resolve().parents[2] / "pyproject.toml"
    command = [sys.executable, "-m", "ruff", *check, "--config", str(rules), str(clinic)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_starting_kit_is_a_valid_submission(call: Call, joined: Path, clinic: Path) -> None:
    assert call("validate", str(clinic / "challenges/relapses"))[0] == 0
    kit = clinic / "challenges/relapses/starting_kit/submission.csv"
    code, out, _ = call("score", str(kit), "--challenge", "relapses")
    assert code == 0 and "integrated-brier" in out


def test_new_content_trains_predicts_and_evaluates(call: Call, joined: Path) -> None:
    code, out, _ = call("train", *RUN, "baselines=[kaplan_meier]")
    assert code == 0
    assert "kaplan_meier (baseline)" in out
    run = next(joined.glob("runs/relapse-cox-*"))
    assert call("synthesize", "relapse", "--out", "other", "--seed", "5", "persons=60")[0] == 0
    code, out, _ = call("predict", "other", "--run", str(run), "--out", "predicted", "--json")
    assert code == 0
    assert {row["status"] for row in json.loads(out)["cases"]} == {"ok"}
    code, out, _ = call("evaluate", "--run", str(run), "--data", "other")
    assert code == 0 and "uno-c-1826" in out


def test_a_model_has_no_template_of_its_own_for_survival(call: Call, tmp_path: Path) -> None:
    code, _, err = call("new", "model", "mine", "--answer", "survival", "--into", str(tmp_path))
    assert code == 2
    assert "no template of a model for survival" in err
    assert "models/cox" in err
