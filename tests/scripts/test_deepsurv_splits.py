"""Cox on the fixed splits of the DeepSurv paper lies where the paper put it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_cox_lies_where_the_paper_put_it(shared_data: Path) -> None:
    pytest.importorskip("h5py")
    program = ROOT / "scripts/benchmarks/deepsurv_splits.py"
    done = subprocess.run(
        [sys.executable, str(program), str(shared_data / "survival/deepsurv"), "--models", "cox"],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines() if "| cox |" in line]
    assert [row[1].strip() for row in rows] == ["metabric", "support", "gbsg", "whas"]
    assert [row[5].strip() for row in rows] == ["yes"] * 4
