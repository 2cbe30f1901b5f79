"""Write ``constraints.txt``: exact pins for every extra, from the ranges of ``pyproject.toml``.

Run with ``make lock`` on a machine that has ``uv``. Local version marks (``+cpu``) are removed, so
that the same pin takes the CPU wheel where one lies and the public CUDA build elsewhere.
"""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HELD = ("torch==2.13.0", "mlflow==3.17.2", "hydra-core==1.3.8", "pandas<3", "scikit-learn<1.10")
LEFT_OUT = {"oracle"}  # GPL packages: installed by hand for the oracle tests, never pinned here


def main() -> int:
    """Resolve all extras and write the pins; return an exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for name in project["optional-dependencies"] if name not in LEFT_OUT]
    held = ROOT / ".lock-held.txt"
    held.write_text("\n".join(HELD) + "\n")
    command = ["uv", "pip", "compile", "pyproject.toml", "--python-version", "3.11", "--no-header"]
    command += ["--no-annotate", "--constraint", str(held)]
    command += [part for extra in extras for part in ("--extra", extra)]
    environment = {**os.environ, "UV_FIND_LINKS": os.environ.get("PIP_FIND_LINKS", "")}
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    finally:
        held.unlink()
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return done.returncode
    pins = [line.split("+")[0] for line in done.stdout.splitlines() if "==" in line]
    note = "# Exact pins that install together; written by `make lock`. Ranges: pyproject.toml.\n"
    (ROOT / "constraints.txt").write_text(note + "\n".join(pins) + "\n")
    print(f"constraints.txt: {len(pins)} pins")
    return 0


if __name__ == "__main__":
    sys.exit(main())
