"""A whole challenge is played on loopback: what is promised is kept, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.sandbox import Tier, probe

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/whole_challenge.py"


def played(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), *words],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=700,
    )


@pytest.mark.slow
@pytest.mark.network
@pytest.mark.timeout(750)
def test_every_promise_is_kept(tmp_path: Path) -> None:
    if probe().tier < Tier.SEALED:
        pytest.skip(f"no sealed sandbox here: {probe().missing}")
    done = played("--keep", str(tmp_path / "play"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "every promise was kept" in done.stdout and "identical" in done.stdout
    place = str(tmp_path).encode()
    left = [p for p in Path("/proc").glob("[0-9]*/cmdline") if place in commanded(p)]
    assert not left


def commanded(path: Path) -> bytes:
    """Return how a process was started; nothing of one that has ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_without_a_sandbox_it_is_not_played() -> None:
    done = played(PATH="/nonexistent")
    assert done.returncode == 1
    assert "no sealed sandbox here" in done.stdout and "bubblewrap" in done.stdout


def test_it_plays_in_no_folder_of_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    done = played("--keep", str(tmp_path))
    assert done.returncode == 2 and "is not empty" in done.stderr
