"""The single checks of ``workbench doctor``."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from workbench.errors import WorkbenchError

LOW_DISK_GIB = 5.0


@dataclass(frozen=True)
class Check:
    """What was found of one thing: ``ok``, ``absent`` (optional) or ``broken``."""

    check: str
    state: str
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the check as JSON-ready values."""
        return asdict(self)


def checks(runs: str) -> list[Check]:
    """Return all checks; none of them stops the others.

    Args:
        runs: Folder of the runs, where the default tracking store lies.
    """
    single: dict[str, Callable[[], Check]] = {
        "python": _python,
        "torch": _torch,
        "torchvision": _torchvision,
        "gpu": _gpu,
        "openslide": _openslide,
        "mlflow": lambda: _package("mlflow", "train"),
        "tracking store": lambda: _store(Path(runs) / "mlflow.db"),
        "disk": lambda: _disk(Path(runs)),
        "audit log": _audit,
        "opt-out list": _opt_outs,
        "sandbox": _sandbox,
    }
    return [_guarded(name, check) for name, check in single.items()]


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """Run one check; a package that fails to load in any way is what the doctor looks for."""
    try:
        return check()
    except WorkbenchError as error:
        return Check(name, "broken", error.render().replace("\n", " "), error.remedy)
    except Exception as error:
        return Check(name, "broken", f"{type(error).__name__}: {' '.join(str(error).split())}")


def _python() -> Check:
    """Check the version of Python."""
    found = f"{platform.python_version()} at {sys.executable}"
    if (3, 11) <= sys.version_info[:2] <= (3, 12):
        return Check("python", "ok", found)
    return Check("python", "broken", found, "use Python 3.11 or 3.12")


def _package(name: str, extra: str) -> Check:
    """Say which version of an optional package is installed."""
    try:
        return Check(name, "ok", metadata.version(name))
    except metadata.PackageNotFoundError:
        remedy = f"pip install 'clinical-ai-workbench[{extra}]'"
        return Check(name, "absent", "not installed", remedy)


def _torch() -> Check:
    """Import torch: an installed one may still fail to load."""
    found = _package("torch", "train")
    if found.state != "ok":
        return found
    import torch

    return Check("torch", "ok", f"{torch.__version__}, {torch.get_num_threads()} threads")


def _torchvision() -> Check:
    """Find the torchvision that does not match torch: it breaks Lightning at import."""
    found = _package("torchvision", "train")
    if found.state != "ok":
        return Check("torchvision", "ok", "not installed, not needed")
    probe = [sys.executable, "-c", "import torchvision"]
    done = subprocess.run(probe, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode == 0:
        return found
    last = (done.stderr.strip().splitlines() or ["it does not load"])[-1]
    remedy = "pip uninstall torchvision timm: it does not match torch and breaks training"
    return Check("torchvision", "broken", f"{found.found}: {last}", remedy)


def _gpu() -> Check:
    """Name the GPUs torch can use."""
    if _package("torch", "train").state != "ok":
        return Check("gpu", "absent", "unknown without torch")
    import torch

    if not torch.cuda.is_available():
        return Check("gpu", "absent", f"none that torch can use (CUDA build: {torch.version.cuda})")
    names = [torch.cuda.get_device_properties(i) for i in range(torch.cuda.device_count())]
    return Check(
        "gpu", "ok", ", ".join(f"{n.name} {n.total_memory / 2**30:.0f} GiB" for n in names)
    )


def _openslide() -> Check:
    """Load the OpenSlide library behind the Python package."""
    found = _package("openslide-python", "wsi")
    if found.state != "ok":
        return Check("openslide", "absent", found.found, found.remedy)
    import openslide

    return Check("openslide", "ok", f"library {openslide.__library_version__}, {found.found}")


def _store(path: Path) -> Check:
    """Open the default tracking store read-only, when there is one."""
    if not path.exists():
        return Check("tracking store", "ok", f"{path} will be made by the first run")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as store:
        runs = store.execute("select count(*) from runs").fetchone()[0]
    return Check("tracking store", "ok", f"{path}: {runs} runs")


def _disk(runs: Path) -> Check:
    """Say how much room there is where runs are written."""
    place = next(p for p in (runs.absolute(), *runs.absolute().parents) if p.exists())
    free = shutil.disk_usage(place).free / 2**30
    if free >= LOW_DISK_GIB:
        return Check("disk", "ok", f"{free:.1f} GiB free at {place}")
    remedy = f"free some: tiles and features of slides need more than {LOW_DISK_GIB:.0f} GiB"
    return Check("disk", "broken", f"{free:.1f} GiB free at {place}", remedy)


def _audit() -> Check:
    """Verify the log of data openings."""
    from workbench.audit import AuditLog

    log = AuditLog.default()
    problems = log.verify()
    if problems:
        remedy = "workbench audit verify"
        return Check("audit log", "broken", f"{len(problems)} problems in {log.path}", remedy)
    return Check("audit log", "ok", f"{sum(1 for _ in log.records())} records in {log.path}")


def _opt_outs() -> Check:
    """Read the opt-out list: without a readable one no data opens."""
    from workbench.data import load_opt_outs

    return Check("opt-out list", "ok", f"{len(load_opt_outs().entries)} objections")


def _sandbox() -> Check:
    """Say which sandbox tier holds submitted models here."""
    from workbench.sandbox import Tier, probe

    found = probe()
    state = "ok" if found.tier == Tier.SEALED else "absent"
    missing = f"; {found.missing}" if found.missing else ""
    return Check("sandbox", state, f"tier {found.tier.label}: {found.found}{missing}", found.remedy)
