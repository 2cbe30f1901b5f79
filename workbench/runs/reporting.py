"""Reporting rates, one screen: plan, data, exposure, cases, release, tables, page, tracking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import data, storage
from workbench.report.rates import write_rates_report
from workbench.runs.begun import tracked
from workbench.runs.progress import Steps
from workbench.runs.reported import kept, recording
from workbench.runs.reported.cases import read_reports
from workbench.runs.reported.counted import Counted
from workbench.runs.reported.folder import begin, clear, workplace
from workbench.runs.reported.inputs import claims_store
from workbench.runs.reported.names import substances
from workbench.runs.reported.plan import load_plan
from workbench.runs.reported.refresh import read_before
from workbench.runs.reported.result import RatesResult, read_back
from workbench.runs.reported.tables import write_tables
from workbench.runs.reported.tables_given import products


def report_rates(
    plan_file: Path | str,
    source: Path | str,
    out: Path | str,
    *,
    since: Path | str | None = None,
    tracking: Mapping[str, Any] | None = None,
) -> RatesResult:
    """Report the rates of a plan on a data set: counted, estimated, released, written.

    The folder holds nothing that did not pass disclosure control. Each stage leaves its result
    elsewhere until the end: a killed run goes on where it stopped, a finished one is read back.

    Args:
        plan_file: YAML of the plan.
        source: Data card of claims and reports, its folder or its name.
        out: Folder of the report; new, empty, or of this very report.
        since: Folder of an earlier report: readers have it, and what changed is listed.
        tracking: Settings of the tracking store; none by default.

    Raises:
        UsageError: The plan is wrong (all problems with their lines), or does not fit the data.
        DataError: Data cannot be used, the folder holds something else, or a table is not safe.
    """
    plan = load_plan(plan_file)
    with Steps() as steps:
        opened = steps.do("Data", lambda: data.open(source, "report", config_digest=plan.digest()))
        before = read_before(since, opened.digest)
        run = begin(out, plan, opened, before)
        if run.done:
            clear(run)
            return read_back(run)
        storage.remove_leftovers(run.path)
        work = workplace(run)
        with tracked(tracking, run, opened, ("plan", plan.model_dump(mode="json"))) as tracker:
            store, counted = steps.do("Claims", lambda: claims_store(opened, plan, work))
            exposed = steps.do("Exposure", lambda: kept.exposure(work, store, plan))
            cases = steps.do("Reports", lambda: read_reports(opened, plan))
            rates = steps.do(
                "Release", lambda: kept.released(work, store, plan, exposed, cases, before)
            )
            every = Counted.joined([counted, cases.counted])
            named = substances(products(opened, plan), plan, exposed.first, cases.first_report)
            summary = steps.do(
                "Tables", lambda: write_tables(run, plan, rates, cases, every, named, before)
            )
            run.write_json("summary.json", summary)
            recording.write_times(run, opened, steps)
            steps.do("Report", lambda: write_rates_report(run.path))
            recording.log(tracker, run, steps)
            run.finish()
            clear(run)
    return RatesResult(run.path, summary)
