"""A sweep checks every combination first, then runs each and keeps its exit code."""

import importlib
import shutil
from pathlib import Path

import pytest
from omegaconf import DictConfig

from workbench.config import expand, preflight, run_sweep
from workbench.errors import DataError, UsageError

FALLS = ["use_case=falls", "model=stump", "challenge=falls_challenge", "baselines=[plain]"]


class Recorder:
    """A job that notes what it was given and returns its seed, or raises."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, config: DictConfig) -> int:
        (self.folder / f"seed{config.seed}").write_text(str(dict(config.model.params)))
        if config.seed == 9:
            raise DataError("the data is gone")
        return int(config.seed)


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty working folder; other processes find the test content by WORKBENCH_PATH."""
    monkeypatch.setenv("WORKBENCH_PATH", str(root))
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.mark.usefixtures("root")
def test_values_are_expanded_to_all_combinations() -> None:
    runs = expand(["seed=1,2", "model=stump,plain", "trainer.max_epochs=range(2,4)"])
    assert len(runs) == 8
    assert runs[0] == ["seed=1", "model=stump", "trainer.max_epochs=2"]


@pytest.mark.usefixtures("root")
def test_a_pattern_expands_to_the_options_of_a_group() -> None:
    assert expand(["model=glob(*stu*)"]) == [["model=stump"]]


def test_a_pattern_without_a_match_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="matches no option"):
        preflight([*FALLS, "model=glob(zzz*)"])


def test_every_wrong_combination_is_told_and_nothing_runs(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        run_sweep(
            [*FALLS, "model=stump,plain", "seed=1,2", "model.params.depth=2"], Recorder(folder)
        )
    message = caught.value.render()
    assert "2 of 4 runs are wrong" in message
    assert message.count("model 'plain' has no settings") == 2
    assert list(folder.iterdir()) == []


def test_a_mistyped_value_among_several_is_told(folder: Path) -> None:
    with pytest.raises(UsageError, match="'abc' is not a whole number"):
        run_sweep([*FALLS, "seed=1,abc"], Recorder(folder))


def test_a_failing_run_gives_its_code_and_the_others_go_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = run_sweep([*FALLS, "seed=1,9,2", "model.params.depth=4"], Recorder(folder))
    assert [run.code for run in done] == [1, 3, 2]
    assert "seed=9" in done[1].overrides
    assert "'depth': 4" in (folder / "seed2").read_text()
    streams = capsys.readouterr()
    assert streams.out == "" and "the data is gone" in streams.err


def test_results_lie_under_the_runs_folder_only(folder: Path) -> None:
    run_sweep([*FALLS, "seed=1,2", "paths.runs=results"], Recorder(folder / ".."))
    assert [path.name for path in folder.iterdir()] == ["results"]
    assert len(list(folder.glob("results/sweeps/*/[01]/config.yaml"))) == 2


@pytest.mark.skipif(shutil.which("srun") is not None, reason="this machine has SLURM")
def test_slurm_where_there_is_none_is_refused_before_any_run(folder: Path) -> None:
    with pytest.raises(UsageError, match="no SLURM"):
        run_sweep([*FALLS, "seed=1,2", "launcher=slurm"], Recorder(folder))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("launcher", ["joblib", "submitit_local"])
def test_other_processes_run_the_same_sweep(folder: Path, launcher: str) -> None:
    pytest.importorskip(f"hydra_plugins.hydra_{launcher.split('_')[0]}_launcher")
    overrides = ["experiment=deep/falls", "seed=1,2", f"launcher={launcher}"]
    job = importlib.import_module("workbench.content.models.stump.jobs").seed
    done = run_sweep(overrides, job)
    assert [run.code for run in done] == [1, 2]
    assert all((run.folder / "config.yaml").is_file() for run in done)
