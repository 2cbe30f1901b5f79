"""A target trial emulated, one screen: protocol, data, cohort, estimators, gate, page, tracking."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench import data, storage
from workbench.methods.causal.assembly import build_cohort
from workbench.methods.causal.emulation import emulate
from workbench.methods.causal.gate import Override
from workbench.methods.causal.protocol_file import load_protocol
from workbench.report.emulation import write_emulation_report
from workbench.runs import stages
from workbench.runs.begun import tracked
from workbench.runs.emulated import artefacts, kept, recording
from workbench.runs.emulated.folder import begin, tables_of
from workbench.runs.emulated.judging import judge
from workbench.runs.emulated.result import EmulationResult, read_back
from workbench.runs.emulated.sensitivity import further_analyses
from workbench.runs.progress import Steps


def emulate_trial(
    protocol_file: Path | str,
    source: Path | str,
    out: Path | str,
    *,
    override: Override | None = None,
    tracking: Mapping[str, Any] | None = None,
) -> EmulationResult:
    """Emulate the target trial of a protocol on a data set, with every estimator side by side.

    Each stage leaves its result: a killed emulation goes on where it stopped, and a finished one
    is read back. No effect is given where the gate is closed; an override is kept with who and why,
    and goes to the audit chain.

    Args:
        protocol_file: YAML of the target trial.
        source: Data card of a registry linked with claims, its folder or its name.
        out: Folder of the emulation; new, empty, or of this very emulation.
        override: Opens a gate that fails.
        tracking: Settings of the tracking store; none by default.

    Raises:
        UsageError: The protocol is wrong (all problems with their lines).
        DataError: Data, cohort or weight models cannot be used, or the folder holds something else.
    """
    protocol = load_protocol(protocol_file)
    with Steps() as steps:
        opened = steps.do(
            "Data", lambda: data.open(source, "emulate", config_digest=protocol.digest())
        )
        run = begin(out, protocol, opened, override)
        if run.done:
            return read_back(run)
        storage.remove_leftovers(run.path)
        cohort, excluded = steps.do("Cohort", lambda: build_cohort(tables_of(opened), protocol))
        for odd in cohort.warnings.to_dict("records"):
            said = odd["message"] or f"{odd['rows']} rows"
            steps.say(f"warning [{odd['code']}]: {said}; {odd['remedy']}")
        with tracked(
            tracking, run, opened, ("protocol", protocol.model_dump(mode="json"))
        ) as tracker:
            found = steps.do(
                "Estimators", lambda: kept.results(run, "main", lambda: emulate(cohort, protocol))
            )
            judged = judge(found, protocol, override)
            recording.audit_override(run, judged, opened)
            further = steps.do(
                "Sensitivity", lambda: further_analyses(run, cohort, protocol, judged)
            )
            artefacts.write(run, protocol, opened, cohort, excluded, judged, further)
            artefacts.write_times(run, opened, steps)
            steps.do("Report", lambda: write_emulation_report(run.path))
            recording.log(tracker, run, judged)
            stages.clear(run)
            run.finish()
    return EmulationResult(run.path, run.read_json("gate.json"), run.read_json("estimates.json"))
