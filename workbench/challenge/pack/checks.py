"""Checks a challenge before it opens: card, starting kit, seals, overlaps, baselines, leaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd

from workbench.challenge.answer_kinds import hosted
from workbench.challenge.pack.findings import Finding, PackReport, problem, told, warning
from workbench.challenge.pack.given_away import given_away, guessable
from workbench.challenge.pack.model_inputs import model_inputs
from workbench.challenge.pack.overlaps import overlaps
from workbench.challenge.pack.split_leaks import leak_finding
from workbench.challenge.ranking.scheme_names import scheme_of
from workbench.errors import WorkbenchError
from workbench.scoring import (
    Challenge,
    case_keys,
    labels_digest,
    load_challenge,
    score,
    split_labels,
)
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card import SAMPLE
from workbench.scoring.card_phases import Baseline, Split
from workbench.scoring.files import read_file, read_within
from workbench.scoring.splits import beside


def check_pack(
    challenge: Challenge | Path | str,
    labels_folder: Path | str | None = None,
    *,
    metadata: pd.DataFrame | None = None,
    files: Path | None = None,
    now: datetime | None = None,
) -> PackReport:
    """Check a challenge and, as far as its files are at hand, its data.

    Args:
        challenge: A card, its path or its name.
        labels_folder: The organiser's folder of hidden labels; checks that need it are skipped
            without.
        metadata: What else is known of each case, such as header fields, for the leak test.
        files: Folder of the cases' files, for the leak test.
        now: The present moment, to say whether a phase is still to come.

    Raises:
        UsageError: The card is wrong (all problems, with file and line).
    """
    card = challenge if isinstance(challenge, Challenge) else load_challenge(challenge)
    findings = [Finding("card", "ok", f"schema {card.schema_version}, {card.digest[:12]}...")]
    findings.append(_ranking(card))
    findings += _phases(card, now)
    labels: dict[str, pd.DataFrame] = {}
    for split in card.splits.values():
        findings += _split(card, split, labels_folder, labels)
    findings += _kit(card, labels)
    findings += model_inputs(card)
    findings += overlaps(card, labels)
    for baseline in card.baselines:
        findings.append(_baseline(card, baseline, labels, labels_folder))
    for split in card.splits.values():
        if split.id in labels:
            table = labels[split.id]
            findings.append(leak_finding(card, split, table, labels_folder, metadata, files))
    findings += given_away(card, labels)
    findings += guessable(card, labels)
    return PackReport(card.id, card.version, card.digest, tuple(findings))


def _ranking(card: Challenge) -> Finding:
    """Make the ranking scheme with its parameters, and say whether it fits the primary metric."""
    rules = card.ranking
    try:
        scheme = scheme_of(card)
    except WorkbenchError as error:
        return next(told("ranking", error))
    metric = card.metric_objects[card.primary]
    if rules.scheme != "mean_then_rank" and not metric.per_case:
        message = f"{rules.scheme} ranks values of single cases, {metric.label} has none"
        remedy = "rank by mean_then_rank, or by a metric that is a mean of cases"
        return problem("ranking", "scheme-metric", message, "ranking.scheme", remedy)
    guarded = [phase.id for phase in card.phases if phase.ladder]
    if rules.scheme != "mean_then_rank" and guarded:
        message = f"the Ladder of '{guarded[0]}' releases the metric, {rules.scheme} ranks cases"
        remedy = "rank by mean_then_rank, or do without the Ladder"
        return problem("ranking", "scheme-ladder", message, "ranking.scheme", remedy)
    return Finding("ranking", "ok", scheme.label)


def _phases(card: Challenge, now: datetime | None) -> Iterator[Finding]:
    """Say whether there is a phase, and whether one is still to come or open."""
    if not card.phases:
        remedy = "add phases before teams may submit"
        yield warning("phases", "no-phase", "the card has no phase", "phases", remedy)
    elif now is not None and all(phase.closes <= now for phase in card.phases):
        yield warning("phases", "phases-over", "all phases have closed", "phases", "set new dates")
    else:
        yield Finding("phases", "ok", ", ".join(phase.id for phase in card.phases))


def _split(
    card: Challenge, split: Split, folder: Path | str | None, labels: dict[str, pd.DataFrame]
) -> Iterator[Finding]:
    """Read a split's labels into ``labels``; compare them with seal, counts and list of cases."""
    name = f"labels of '{split.id}'"
    if split.hidden and folder is None:
        yield Finding(name, "skipped", "hidden; name their folder (--labels DIR)")
        return
    try:
        table = split_labels(card, split, folder)
        listed = sorted(case_keys(card, split, folder))
    except WorkbenchError as error:
        yield from told(name, error)
        return
    labels[split.id] = table
    keys = [str(key) for key in table[card.key]]
    cases, units = len(table), table[card.unit].nunique()
    yield Finding(name, "ok", f"{cases} cases of {units} units ({card.unit})")
    for what, said, found in (("cases", split.cases, cases), ("units", split.units, units)):
        if said is not None and said != found:
            message = f"the card says {said} {what}, the labels have {found}"
            yield problem(name, "wrong-count", message, f"split '{split.id}'", "mend the card")
    if listed != keys:
        message = f"the list of cases and the labels differ in {len(set(listed) ^ set(keys))} cases"
        yield problem(name, "wrong-cases", message, split.keys, "write the list again")
    if split.hidden and split.sealed is None:
        digest = labels_digest(table, card)
        message = "the labels are not sealed: a later change would not show"
        yield warning(name, "not-sealed", message, f"split '{split.id}'", f"sealed: {digest}")
    for remark in hosted(card).label_remarks(table, card):
        yield warning(name, remark.code, remark.message, f"split '{split.id}'", remark.remedy)
    yield from _unsupported(card, split, table)
    formulas = [key for key in keys if key[:1] in ("=", "+", "-", "@")]
    if formulas:
        message = f"{len(formulas)} ids look like a formula to a spreadsheet, such as {formulas[0]}"
        yield warning(name, "formula-id", message, f"split '{split.id}'", "rename the cases")


def _unsupported(card: Challenge, split: Split, table: pd.DataFrame) -> Iterator[Finding]:
    """Name the metrics that raise an error on these labels, whatever is answered.

    A time beyond the follow-up would stop the scoring of every submission.
    """
    kind = kind_of(card)
    classes = kind.truth(table, card)
    for metric in card.metric_objects:
        truth = kind.truth_for(metric, classes, table, card)
        name = f"{metric.label} on '{split.id}'"
        try:
            metric.columns(truth, metric.constants(truth)[0][1].repeat(len(truth), axis=0))
        except WorkbenchError as error:
            where, remedy = f"split '{split.id}'", error.remedy
            yield problem(name, "metric-without-support", error.message, where, remedy)


def _kit(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Score the starting kit's submission."""
    if SAMPLE not in labels:
        return
    try:
        sheet = score(beside(card, card.sample.submission), labels[SAMPLE], card, resamples=100)
    except WorkbenchError as error:
        yield from told("starting kit", error)
    else:
        yield Finding("starting kit", "ok", f"{sheet.primary.name} {sheet.primary.value:g}")


def _baseline(
    card: Challenge,
    baseline: Baseline,
    labels: Mapping[str, pd.DataFrame],
    folder: Path | str | None,
) -> Finding:
    """Compute a baseline's score again, where its files are at hand."""
    name = f"baseline '{baseline.id}'"
    split = card.split(baseline.split or SAMPLE)
    if split.id not in labels:
        return Finding(name, "skipped", f"the labels of '{split.id}' are not at hand")
    try:
        if (beside(card, baseline.submission)).is_file():
            content = read_file(beside(card, baseline.submission))
        elif folder is not None:
            content = read_within(folder, baseline.submission)
        else:
            return Finding(name, "skipped", f"{baseline.submission} is not at hand")
        found = score(content, labels[split.id], card, resamples=100).primary.value
    except WorkbenchError as error:
        return next(told(name, error))
    assert found is not None, "a sheet has a primary value"
    if abs(found - baseline.expected) > baseline.tolerance:
        message = f"scores {found:.12g}, the card expects {baseline.expected:.12g}"
        where = f"baselines, {baseline.id}"
        return problem(name, "wrong-baseline", message, where, "find out which is right")
    return Finding(name, "ok", f"{found:.12g}")
