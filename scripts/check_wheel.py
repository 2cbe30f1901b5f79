"""Build the wheel, install it in a clean environment, use it from another folder.

Run with ``make wheel``. The clean environment gets the light core and the slide readers only, so
this also proves that scoring and a scikit-learn run need neither torch nor mlflow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KIT = ROOT / "challenges/tissue_lesions/starting_kit"
SMALL = ["use_case.params.n_slides=12", "use_case.params.slide_px=1024", "validation.folds=2"]
LIGHT = ["model=pooled_logistic", "baselines=[]", "tracking=jsonl", "challenge.resamples=100"]


def main() -> int:
    """Run every step; return 0 when the wheel does what the checkout does."""
    with tempfile.TemporaryDirectory(prefix="workbench-wheel-") as temporary:
        work = Path(temporary)
        wheel = build(work)
        check_names(wheel)
        program = install(wheel, work)
        elsewhere = work / "elsewhere"
        elsewhere.mkdir()
        check_light(program, elsewhere)
        check_same_score(program, elsewhere)
        check_run(program, elsewhere)
        check_outside_use_case(program, elsewhere)
    print("wheel: 1 passed, 0 failed")
    return 0


def build(work: Path) -> Path:
    """Build the wheel from the checkout and return its path."""
    call([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(work), str(ROOT)])
    return next(work.glob("*.whl"))


def check_names(wheel: Path) -> None:
    """The wheel installs one name, with every card and configuration in it."""
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"workbench"}, f"the wheel installs {tops}"
    for kind in ("use_cases", "models", "challenges", "configs"):
        for path in (ROOT / kind).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                inside = f"workbench/content/{path.relative_to(ROOT).as_posix()}"
                assert inside in names, f"{inside} is not in the wheel"
    say("the wheel holds one name and all content")


def install(wheel: Path, work: Path) -> Path:
    """Install the wheel with its slide readers in a new environment; return the program."""
    call([sys.executable, "-m", "venv", str(work / "clean")])
    pip = [str(work / "clean/bin/python"), "-m", "pip", "install", "-q"]
    call([*pip, "-c", str(ROOT / "constraints.txt"), f"{wheel}[wsi]"])
    say("installed with its light core and slide readers")
    return work / "clean/bin/workbench"


def check_light(program: Path, folder: Path) -> None:
    """No torch and no mlflow are there; the content is listed all the same."""
    python = str(program.parent / "python")
    probe = "import importlib.util as u; print(bool(u.find_spec('torch') or u.find_spec('mlflow')))"
    assert call([python, "-c", probe], folder).strip() == "False", "torch or mlflow came along"
    listed = call([str(program), "list"], folder)
    for name in ("pathology_slides", "attention_mil", "tissue-lesions"):
        assert name in listed, f"`workbench list` does not show {name}"
    say("`workbench list` shows the content from another folder")


def check_same_score(program: Path, folder: Path) -> None:
    """The same submission gets the same bytes from the wheel and from the checkout."""
    command = ["score", str(KIT / "submission.csv"), "--challenge", "tissue-lesions", "--json"]
    from_wheel = call([str(program), *command], folder)
    from_checkout = call([str(Path(sys.executable).parent / "workbench"), *command], ROOT)
    assert from_wheel == from_checkout, "wheel and checkout score differently"
    json.loads(from_wheel)
    say("`workbench score` gives the same bytes as the checkout")


def check_run(program: Path, folder: Path) -> None:
    """A whole run from slides to report works without torch and mlflow."""
    call([str(program), "train", *LIGHT, *SMALL], folder)
    reports = list(folder.glob("runs/*/report.html"))
    assert len(reports) == 1, f"expected one report, found {reports}"
    say("a run from slides to report")


def check_outside_use_case(program: Path, folder: Path) -> None:
    """A use case made in a folder outside any repository is listed and run like a shipped one."""
    root = folder / "hospital"
    call([str(program), "new", "use-case", "our_clinic", "--into", str(root)], folder)
    call([str(program), "new", "challenge", "our_question", "--into", str(root)], folder)
    environment = {"WORKBENCH_PATH": str(root)}
    assert "our_clinic" in call([str(program), "list"], folder, environment)
    ours = ["use_case=our_clinic", "challenge=our_question", "validation.folds=2"]
    call([str(program), "train", *LIGHT, *ours], folder, environment)
    say("a use case outside the repository")


def call(command: list[str], folder: Path = ROOT, extra: dict[str, str] | None = None) -> str:
    """Run a command and return its standard output; stop with all it said when it fails."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment |= {"WORKBENCH_AUDIT_HEADS": str(folder / "heads")} | (extra or {})
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
        raise SystemExit(f"failed ({done.returncode}): {' '.join(command)}")
    return done.stdout


def say(text: str) -> None:
    """Print one finished step."""
    print(f"ok  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
