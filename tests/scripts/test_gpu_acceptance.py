"""The GPU checks run on a machine that has torch and Lightning and little else."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a typical GPU image lacks (environment.md, section 1.4), and what we should not need there.
ABSENT = [
    *("mlflow", "monai", "hydra", "omegaconf", "albumentations", "openslide", "pydicom", "duckdb"),
    *("lifelines", "tifffile", "imagecodecs", "numba", "pydantic", "sqlalchemy", "click", "jinja2"),
    "pyarrow",
]
BLOCKED = f"""
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {ABSENT!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name in {ABSENT!r} else real(name, *a)
sys.path.insert(0, {str(ROOT / "scripts")!r})
import gpu_acceptance
"""


def on_a_bare_machine(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + code], capture_output=True, text=True, timeout=500
    )


def test_a_failed_check_is_a_row_and_the_exit_code() -> None:
    code = """
def broken(machine):
    raise ValueError("the figure is too large")
checks = gpu_acceptance.CHECKS
kept = {name: checks[name] for name in ("device", "resume ends the same")}
gpu_acceptance.CHECKS = {**kept, "broken": broken}
sys.exit(gpu_acceptance.main())
"""
    done = on_a_bare_machine(code)
    assert done.returncode == 1, done.stderr
    assert "ValueError: the figure is too large" in done.stdout
    assert "1 fail" in done.stdout
    rows = {line[:20].strip(): line.split() for line in done.stdout.splitlines()}
    assert "pass" in rows["resume ends the same"]


@pytest.mark.slow
def test_every_check_passes_or_skips_here() -> None:
    done = on_a_bare_machine("sys.exit(gpu_acceptance.main())")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 fail" in done.stdout
    assert "slide to features" in done.stdout
