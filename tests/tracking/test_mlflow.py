"""The MLflow store: nested runs, one run for each run folder, and nothing about persons."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench import tracking
from workbench.errors import UsageError

PROGRAM = Path(__file__).with_name("mlflow_program.py")
LOGIN = "zorbanaut"


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two runs into a new store at once, the first then again, under a telling login name."""
    folder = tmp_path_factory.mktemp("store")
    home = tmp_path_factory.mktemp(f"home-of-{LOGIN}")
    cwd = home / "project"
    cwd.mkdir()
    names = dict.fromkeys(("USER", "LOGNAME", "USERNAME"), LOGIN)
    environment = {**os.environ, **names, "HOME": str(home)}

    def start(name: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(PROGRAM), str(folder), name]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, text=True, env=environment, cwd=cwd, **pipes)

    together = [start("one"), start("two")]
    ends = [process.communicate() for process in together]
    again = start("one")
    ends.append(again.communicate())
    codes = [process.returncode for process in (*together, again)]
    return {"folder": folder, "home": home, "cwd": cwd, "ends": ends, "codes": codes}


@pytest.fixture
def client(tracked: dict[str, Any]) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(f"sqlite:///{tracked['folder']}/mlflow.db")


def all_runs(client: Any) -> list[Any]:
    experiment = client.get_experiment_by_name("tests").experiment_id
    return list(client.search_runs([experiment]))


def test_runs_end_well_and_print_nothing_else(tracked: dict[str, Any]) -> None:
    errors = [err for _, err in tracked["ends"]]
    assert tracked["codes"] == [0, 0, 0], errors
    assert errors == ["", "", ""]
    one, two, again = (out.split() for out, _ in tracked["ends"])
    assert one == again, "a second start goes on with the same tracked run"
    assert one[0] != two[0]
    assert one[1] == two[1] == "0"


def test_nothing_falls_into_the_working_folder(tracked: dict[str, Any]) -> None:
    assert list(tracked["cwd"].iterdir()) == []


def test_folds_are_nested_in_their_run(tracked: dict[str, Any], client: Any) -> None:
    run_id = tracked["ends"][0][0].split()[0]
    assert len(all_runs(client)) == 2 * 3
    mine = [r for r in all_runs(client) if r.data.tags["workbench.run"].startswith("one")]
    runs = {run.info.run_name: run for run in mine}
    assert set(runs) == {"one", "fold 0", "fold 1"}
    assert runs["fold 1"].data.tags["mlflow.parentRunId"] == run_id
    assert runs["fold 1"].data.metrics == {"train/loss": pytest.approx(1 / 3)}
    assert all(run.info.status == "FINISHED" for run in runs.values())


def test_what_the_run_says_is_kept(tracked: dict[str, Any], client: Any) -> None:
    run = client.get_run(tracked["ends"][0][0].split()[0])
    assert run.data.params == {"use_case.source": "~/slides", "seed": "0"}
    assert run.data.metrics["oof/cost-score/ci_low"] == 0.7
    assert run.data.tags["workbench.data_digest"] == "ab" * 32
    assert run.data.tags["workbench.git_dirty"] == "False"
    dataset = run.inputs.dataset_inputs[0].dataset
    assert (dataset.name, dataset.digest) == ("slides", ("ab" * 32)[:36])
    artefact = tracked["folder"] / ".mlflow-artifacts" / run.info.run_id / "artifacts/config.yaml"
    assert artefact.read_text() == "source: ~/slides\n"


def test_a_run_has_one_model_with_signature_and_card_that_mlflow_can_load(
    tracked: dict[str, Any], client: Any
) -> None:
    import mlflow

    experiment = client.get_experiment_by_name("tests").experiment_id
    models = client.search_logged_models([experiment])
    assert len({model.source_run_id for model in models}) == len(models) == 2
    place = models[0].artifact_location
    model = mlflow.pyfunc.load_model(place)
    assert model.metadata.get_input_schema().input_names() == ["case", "f0", "f1"]
    tiles = pd.DataFrame({"case": ["x", "x", "y"], "f0": [0.1, 0.2, 0.3], "f1": [1.0, 2.0, 3.0]})
    table = model.predict(tiles)
    assert table.columns.tolist() == ["case", "p_a", "p_b"]
    assert table["case"].tolist() == ["x", "y"]
    package = Path(place.removeprefix("file://"))
    assert (package / "card.json").is_file()
    assert not [p for p in package.rglob("*") if p.suffix in (".pkl", ".pickle", ".joblib")]


def test_no_login_name_home_path_or_person_is_in_the_store(tracked: dict[str, Any]) -> None:
    words = [LOGIN.encode(), str(tracked["home"]).encode(), b"person-4711"]
    folder = tracked["folder"]
    stored = [p for p in (folder / ".mlflow-artifacts").rglob("*") if p.is_file()] + [
        folder / "mlflow.db"
    ]
    assert len(stored) > 3
    found = [(p.name, word) for p in stored for word in words if word in p.read_bytes()]
    assert found == []


@pytest.mark.parametrize("uri", ["", "file:///tmp/x", "mlruns", "/tmp/x"])
def test_a_file_store_is_refused_with_the_address_to_use(tmp_path: Path, uri: str) -> None:
    with pytest.raises(UsageError, match="database or a server") as caught:
        tracking.start({"backend": "mlflow", "uri": uri}, "demo", run_dir=tmp_path)
    assert "sqlite:///" in caught.value.remedy


def test_without_mlflow_the_user_is_told_what_to_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = {"backend": "mlflow", "uri": f"sqlite:///{tmp_path}/m.db"}
    with pytest.raises(UsageError, match="needs the package 'mlflow'") as caught:
        tracking.start(settings, "demo", run_dir=tmp_path)
    assert "jsonl" in caught.value.remedy


def test_a_row_another_process_wrote_meanwhile_costs_nothing() -> None:
    from mlflow.exceptions import MlflowException

    from workbench.tracking.mlflow import TRIES, _despite_others

    calls: list[int] = []

    def write(failures: int, text: str) -> None:
        calls.append(1)
        if len(calls) <= failures:
            raise MlflowException(text)

    _despite_others(lambda: write(2, "(sqlite3.IntegrityError) UNIQUE constraint failed"))
    assert len(calls) == 3
    calls.clear()
    with pytest.raises(MlflowException, match="no such run"):
        _despite_others(lambda: write(TRIES, "no such run"))
    assert len(calls) == 1
