"""The fault script ends by itself and finds nothing lost; it says so where something was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_few_kills_lose_nothing() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "faults.py")]
    command += ["--kills", "6", "--seed", "1", "--only", "sqlite"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=500, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 kills" in done.stdout and "each was scored once" in done.stdout
