"""The folder of a report of rates, and the place of what is not for publication meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import digests
from workbench.audit import home
from workbench.errors import DataError
from workbench.runs import facts
from workbench.runs.folder import RunFolder
from workbench.runs.reported.plan import RatesPlan, write_plan
from workbench.runs.reported.refresh import Before

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

BEGUN = "run.json"


def begin(out: Path | str, plan: RatesPlan, opened: OpenedData, before: Before | None) -> RunFolder:
    """Return the folder with its facts written; one that was begun with the same goes on.

    Raises:
        DataError: The folder holds other files, or a report of something else.
    """
    run = RunFolder(out)
    known = _facts(plan, opened, before)
    if run.path.is_file():
        raise DataError("a file is in the way", where=str(out), remedy="choose another --out")
    if (run.path / BEGUN).is_file():
        _check_same(run, known)
        if run.done:
            run.verify()
        return run
    there = sorted(path.name for path in run.path.iterdir()) if run.path.is_dir() else []
    if there:
        raise DataError(
            f"the folder holds {', '.join(there[:5])}",
            where=str(out),
            remedy="choose a new or an empty folder for --out",
        )
    write_plan(plan, run.path / "plan.yaml")
    run.write_json(BEGUN, known)
    return run


def workplace(run: RunFolder) -> Path:
    """Return the folder of rows about persons while a report is made.

    It is not in the report's folder, which holds nothing that was not published.
    """
    folder = home() / "cache" / "rates" / str(run.read_json(BEGUN)["digest"])[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def clear(run: RunFolder) -> None:
    """Take the workplace away."""
    shutil.rmtree(workplace(run), ignore_errors=True)


def _facts(plan: RatesPlan, opened: OpenedData, before: Before | None) -> dict[str, Any]:
    """Return what makes a report this one, plan, data, code, earlier report; and conventions."""
    made_by = {
        "plan": plan.digest(),
        "data": opened.digest,
        "code": facts.code_digest(),
        "since": "" if before is None else str(before.facts["digest"]),
    }
    return {
        "name": plan.title,
        "title": plan.title,
        "kind": "rates",
        "digest": digests.of_json(made_by),
        "digests": made_by,
        "data": facts.of_data(opened),
        "since": None if before is None else _of_before(before),
        "conventions": _conventions(plan),
        "engine": plan.engine.name,
        "seed": 0,
        "git": facts.git_state(),
        "versions": facts.versions(),
    }


def _of_before(before: Before) -> dict[str, Any]:
    """Return what is said of an earlier report."""
    return {
        "digest": before.facts["digest"],
        "data": before.facts["data"]["name"],
        "version": before.facts["data"]["version"],
        "kind": before.kind,
    }


def _conventions(plan: RatesPlan) -> dict[str, Any]:
    """Return how the numbers are to be read."""
    years = plan.measures.person_years
    return {
        "per": {"exposed_patients": 100_000, "person_years": 1_000},
        "interval": plan.rates.interval,
        "level": plan.rates.level,
        "threshold": plan.disclosure.threshold,
        "rounding": plan.disclosure.rounding,
        "periods": [period.name for period in plan.all_periods()],
        "date_basis": plan.date_basis,
        "sexes": ["F", "M"],
        "ages": list(plan.bands),
        "grains": list(plan.grains),
        "measures": ["exposed_patients", *(["person_years"] if years else [])],
        "person_years": None if years is None else years.model_dump(mode="json"),
        "roles": list(plan.roles),
        "comparison": plan.comparison.model_dump(mode="json"),
        "signals": plan.signals.model_dump(mode="json"),
        "under_reporting": list(plan.under_reporting),
    }


def _check_same(run: RunFolder, known: dict[str, Any]) -> None:
    """Refuse a folder of another report, and say what differs."""
    before = run.read_json(BEGUN)
    if before.get("digest") == known["digest"]:
        return
    own = before.get("digests", {})
    differing = [name for name, digest in known["digests"].items() if own.get(name) != digest]
    raise DataError(
        f"the folder holds a report with another {', another '.join(differing)}",
        where=str(run.path),
        remedy="choose another --out, or delete this folder",
    )
