"""Tries a model before it is sent: packed, checked, run in the sandbox on the public sample."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.output import print_json, say
from workbench.errors import Problem, SubmissionRejected

if TYPE_CHECKING:
    from workbench.challenge.models import ArchiveReport, DryRun
    from workbench.scoring import Challenge


def tried_archive(folder: Path, card: Challenge, *, as_json: bool) -> bytes:
    """Return the archive of a model that passes its dry run.

    What comes of each step is said.

    Args:
        folder: Of the model.
        card: The challenge, in a folder with its public sample.
        as_json: Print what came of it as JSON.

    Raises:
        SubmissionRejected: It cannot be packed, breaks a rule, or fails on the sample.
        HostError: This machine's sandbox is below the challenge's tier; nothing was run.
        UsageError: No model in the folder.
    """
    from workbench.challenge.models import check_archive, dry_run, pack, place_here

    content = pack(folder, card.models.limits)
    report = check_archive(content, card)
    if not report.accepted:
        raise report.error(str(folder))
    say(f"packed: {report.n_files} files, {report.size:,} bytes, sha256 {report.file}")
    tried = dry_run(content, card, place_here())
    for note in tried.notes:
        say(f"not the published environment: {note}")
    _tell(tried, card)
    if as_json:
        print_json(_document(report, tried))
    if not tried.passed:
        raise _refused(tried, folder)
    return content


def _tell(tried: DryRun, card: Challenge) -> None:
    """Say how the dry run went: the sample is public, so everything is told."""
    outcome, limits = tried.run.outcome, card.models.limits
    if outcome.log:
        say("the model printed:\n" + "\n".join(f"  {line}" for line in outcome.log.splitlines()))
    peak = "" if outcome.peak_mb is None else f", {outcome.peak_mb} of {limits.memory_mb} MiB"
    say(f"dry run: {outcome.seconds:.1f} of {limits.wall_s:g} s{peak}, tier {outcome.tier}")
    if tried.sheet is not None:
        primary = tried.sheet.primary
        say(f"sample: {primary.name} {primary.value:.{primary.digits}f}")


def _refused(tried: DryRun, folder: Path) -> SubmissionRejected:
    """Return why a model that was tried is not sent."""
    if tried.check is not None:
        return tried.check.error("predictions on the sample")
    problem = Problem(f"model-{tried.run.code}", tried.run.outcome.detail or tried.run.public)
    return SubmissionRejected(
        f"the model fails on the public sample: {tried.run.public}",
        where=str(folder),
        problems=[problem],
        remedy="mend it and try again; nothing was sent",
    )


def _document(report: ArchiveReport, tried: DryRun) -> dict[str, object]:
    """Return a dry run as JSON values."""
    outcome = tried.run.outcome
    return {
        "archive": report.as_dict(),
        "run": {
            "code": tried.run.code,
            "seconds": outcome.seconds,
            "peak_mb": outcome.peak_mb,
            "tier": outcome.tier,
            "backend": outcome.backend,
            "streaming": tried.run.streaming,
            "log": outcome.log,
        },
        "passed": tried.passed,
        "sheet": tried.sheet and tried.sheet.model_dump(mode="json"),
        "notes": list(tried.notes),
    }
