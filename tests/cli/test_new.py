"""A template copied by ``workbench new`` is found, composed, fitted, scored and swept at once."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

RUN = ["use_case=visit_risk", "challenge=visits", "baselines=[]", "tracking=none", "debug=quick"]
Call = Callable[..., tuple[int, str, str]]


def test_new_content_is_listed_with_its_root(call: Call, joined: Path, hospital: Path) -> None:
    _, out, _ = call("list", "--roots", "--json")
    own = [row["name"] for row in json.loads(out) if row["root"] == str(hospital)]
    assert own == ["visit_risk", "marker", "visits"]


def test_no_placeholder_is_left(hospital: Path) -> None:
    for path in hospital.rglob("*"):
        assert "template" not in path.name.lower()
        if path.is_file() and path.suffix != ".pyc":
            assert "template" not in path.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize("check", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_new_content_is_clean_by_the_projects_own_rules(hospital: Path, check: list[str]) -> None:
    pytest.importorskip("ruff")
    rules = Path(__file__).resolve().parents[2] / "pyproject.toml"
    command = [sys.executable, "-m", "ruff", *check, "--config", str(rules), str(hospital)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_new_content_validates(call: Call, joined: Path, hospital: Path) -> None:
    code, out, _ = call("validate", *RUN, "model=marker", "--json")
    assert code == 0 and json.loads(out)["model"] == "marker"
    assert call("validate", str(hospital / "challenges/visits"))[0] == 0


def test_new_content_is_typed(call: Call, joined: Path) -> None:
    words = ["model.params.inverse_penalti=2", "use_case.params.persons=3"]
    code, _, err = call("validate", *RUN, "model=marker", *words)
    assert code == 2
    assert "did you mean 'inverse_penalty'?" in err
    assert "persons is 3, expected 10 or more" in err


def test_a_use_case_and_another_questions_challenge_do_not_fit(call: Call, joined: Path) -> None:
    code, _, err = call("validate", "use_case=visit_risk", "model=marker", "baselines=[]")
    assert code == 2
    assert "asks about 'pathology-slides', not about 'visit_risk'" in err


def test_new_content_trains_predicts_evaluates_and_reports(call: Call, joined: Path) -> None:
    code, out, err = call("train", *RUN, "model=marker", "baselines=[pooled_logistic]")
    assert code == 0
    assert "marker" in out and "best constant answer" in out and "pooled_logistic (baseline)" in out
    assert "Next: workbench predict" in err
    run = next(joined.glob("runs/visit_risk-marker-*"))

    assert call("synthesize", "visit_risk", "--out", "other", "--seed", "5", "persons=20")[0] == 0
    code, out, _ = call("predict", "other", "--run", str(run), "--out", "predicted", "--json")
    assert code == 0
    assert {row["status"] for row in json.loads(out)["cases"]} == {"ok"}

    code, out, _ = call("evaluate", "--run", str(run), "--data", "other")
    assert code == 0 and "balanced-accuracy (primary)" in out

    assert call("report", str(run)) == (0, f"{run}/report.html\n", "")
    code, out, _ = call("leaderboard", "runs", "--json")
    names = [row["name"] for group in json.loads(out)["groups"] for row in group["rows"]]
    assert code == 0 and run.name in names


def test_the_same_run_is_read_back(call: Call, joined: Path) -> None:
    first = call("train", *RUN, "model=marker", "--json")
    again = call("train", *RUN, "model=marker", "--json")
    assert json.loads(again[1])["reused"] and not json.loads(first[1])["reused"]
    assert json.loads(again[1])["score"] == json.loads(first[1])["score"]


def test_a_sweep_prints_one_row_a_run_and_litters_nothing(call: Call, joined: Path) -> None:
    code, out, _ = call("train", "-m", *RUN, "model=marker,pooled_logistic", "seed=1", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [row["settings"] for row in rows] == ["model=marker", "model=pooled_logistic"]
    assert all(row["exit"] == 0 and row["score"] > 0 for row in rows)
    assert {path.name for path in joined.iterdir()} <= {"runs", "data", "cache"}


def test_a_sweep_with_a_failing_run_ends_with_its_code(call: Call, joined: Path) -> None:
    words = ["model=marker", "use_case.source=synthetic,nowhere"]
    code, out, err = call("train", "-m", *RUN, *words, "--json")
    assert code == 3
    assert [row["exit"] for row in json.loads(out)] == [0, 3]
    assert "nowhere" in err


def test_a_dry_run_prints_the_plan_and_does_nothing(call: Call, joined: Path) -> None:
    code, out, _ = call("train", *RUN, "model=marker", "--dry-run")
    plan = yaml.safe_load(out)
    assert code == 0 and plan["config"]["model"]["params"] == {"inverse_penalty": 1.0}
    code, out, _ = call("train", "-m", *RUN, "model=marker", "seed=1,2", "--dry-run", "--json")
    assert [run[-1] for run in json.loads(out)] == ["seed=1", "seed=2"]
    assert list(joined.iterdir()) == []


def test_the_same_name_is_refused_a_second_time(call: Call, joined: Path, hospital: Path) -> None:
    code, _, err = call("new", "model", "marker", "--into", str(hospital))
    assert code == 2 and "there is a model named 'marker' already" in err


def test_an_option_file_without_content_is_not_overwritten(call: Call, tmp_path: Path) -> None:
    option = tmp_path / "configs/model/mine.yaml"
    option.parent.mkdir(parents=True)
    option.write_text("# Mine.\n")
    code, _, err = call("new", "model", "mine", "--into", str(tmp_path))
    assert code == 2 and "mine.yaml" in err
    assert option.read_text() == "# Mine.\n" and not (tmp_path / "models").exists()


@pytest.mark.parametrize("kind", ["use-case", "model", "challenge"])
def test_a_root_that_cannot_be_written_is_told(call: Call, tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("")
    code, _, err = call("new", kind, "mine", "--into", str(tmp_path / "file" / "root"))
    assert code == 3 and "cannot write" in err
