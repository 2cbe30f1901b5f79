"""The recovery script keeps its bars, and says so in a table."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_intervals_of_rates_hold_the_truth() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/rate_recovery.py"), "--replicates", "1200"],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("|") for line in done.stdout.splitlines()[2:]]
    assert len(rows) == 22
    assert "NO" not in {row[6].strip() for row in rows}
