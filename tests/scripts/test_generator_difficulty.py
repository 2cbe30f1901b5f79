"""The command behind the figures of the pathology data set prints one row an answer."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/generator_difficulty.py"
QUICK = ["debug=quick", "use_case.params.n_slides=16", "use_case.params.slide_px=2048"]


@pytest.mark.slow
def test_table_has_every_model_and_the_floor(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *QUICK, "--work", str(tmp_path), "--seeds", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers = [line.split()[1] for line in done.stdout.splitlines()[2:]]
    assert answers[:3] == ["attention_mil", "mean_pool", "pooled_logistic"]
    assert answers[3] == "always"
    assert (tmp_path / "home").is_dir()
