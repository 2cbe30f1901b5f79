"""The folder of a report of rates, and the place of what is not for publication meanwhile."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import digests
from workbench.audit import home
from workbench.runs import begun, facts
from workbench.runs.begun import BEGUN
from workbench.runs.folder import RunFolder
from workbench.runs.reported.plan import RatesPlan, write_plan
from workbench.runs.reported.refresh import Before

if TYPE_CHECKING:
    from workbench.data.door import OpenedData


def begin(out: Path | str, plan: RatesPlan, opened: OpenedData, before: Before | None) -> RunFolder:
    """Return the folder with its facts written; one that was begun with the same goes on.

    Raises:
        DataError: The folder holds other files, or a report of something else.
    """
    known = _facts(plan, opened, before)
    return begun.begin(out, known, "a report", lambda path: write_plan(plan, path / "plan.yaml"))


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
