"""A run killed in any stage and started again leaves the artefacts of an undisturbed one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = (
    "import sys\nfrom workbench.config import compose\nfrom workbench.runs import train\n"
    "print(train(compose(sys.argv[1:])).folder)\n"
)
SETTINGS = [
    "use_case=toy_bags",
    "tracking=none",
    "challenge.resamples=100",
    "validation.folds=2",
    "trainer.max_epochs=12",
    "trainer.device=cpu",
]
STAGES = {
    "data": "data/*/tiles.csv",
    "first fold, training": "runs/*/folds/attention_mil/repeat-0-fold-0/**/*.json",
    "second fold": "runs/*/folds/attention_mil/repeat-0-fold-0/predictions.parquet",
    "baseline": "runs/*/folds/mean_pool/repeat-0-fold-0/predictions.parquet",
    "final model": "runs/*/final/**/*",
    "scores": "runs/*/score.json",
    "report": "runs/*/run.json",
}


def _start(folder: Path, root: Path) -> subprocess.Popen[str]:
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "WORKBENCH_PATH": str(root)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *SETTINGS],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _finish(folder: Path, root: Path) -> dict[str, str]:
    """Run to the end and return the manifest of reproducible artefacts."""
    run = _start(folder, root)
    printed, errors = run.communicate(timeout=300)
    assert run.returncode == 0, errors
    return dict(json.loads((folder / printed.strip() / "manifest.json").read_text()))


def _kill_when(folder: Path, root: Path, pattern: str) -> bool:
    """Kill -9 a run as soon as an artefact appears; return whether it was still running."""
    run = _start(folder, root)
    limit = time.monotonic() + 120
    while run.poll() is None and time.monotonic() < limit:
        if any(folder.glob(pattern)):
            break
        time.sleep(0.002)
    alive = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.communicate()
    return alive


def test_killed_in_each_stage_then_finished_gives_the_same_bytes(
    workplace: Path, tmp_path: Path
) -> None:
    root = tmp_path / "outside"
    undisturbed = _finish(tmp_path / "undisturbed", root)
    place = tmp_path / "disturbed"
    killed = [stage for stage, pattern in STAGES.items() if _kill_when(place, root, pattern)]
    assert len(killed) >= 5, f"the run was too fast to be killed in more than {killed}"
    assert _finish(place, root) == undisturbed
    assert not list((place / "runs").rglob(".*.part*"))


def test_read_only_runs_folder_is_a_named_error(workplace: Path, tmp_path: Path) -> None:
    place = tmp_path / "readonly"
    place.mkdir()
    (place / "runs").write_text("a file is in the way of the folder")
    run = _start(place, tmp_path / "outside")
    _, errors = run.communicate(timeout=120)
    assert run.returncode != 0
    assert "DataError" in errors
    assert "cannot write" in errors
    shutil.rmtree(place)


@pytest.mark.parametrize("broken", ["pseudonym;scope\nP001;all\n", "\xff\xfe\x00"])
def test_broken_opt_out_list_opens_nothing(workplace: Path, tmp_path: Path, broken: str) -> None:
    home = Path(os.environ["WORKBENCH_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    (home / "opt_outs.csv").write_bytes(broken.encode("latin-1"))
    run = _start(tmp_path / "place", tmp_path / "outside")
    _, errors = run.communicate(timeout=120)
    assert run.returncode != 0
    assert "opt_outs.csv" in errors
    assert not (tmp_path / "place" / "runs").exists()
