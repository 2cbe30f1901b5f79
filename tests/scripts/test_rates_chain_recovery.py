"""The chain of reporting rates holds a population's truth; the whole size is run by hand."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_chain_holds_the_truth(tmp_path: Path) -> None:
    words = ["--replicates", "2", "--persons", "4096", "--substances", "6", "--attacked", "1"]
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts/rates_chain_recovery.py"), *words],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONPATH": str(ROOT),
            "WORKBENCH_HOME": str(tmp_path / "home"),
            "WORKBENCH_AUDIT_HEADS": str(tmp_path / "heads"),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    flows, exposed, rates, signals, disclosure = done.stdout.splitlines()
    assert flows.startswith("flows: ")
    assert exposed.endswith(" 0 patients differ")
    assert int(rates.split()[1]) > 60
    assert signals.startswith("signals: ")
    assert disclosure.endswith(" 0 found") and int(disclosure.split()[1]) > 10
