"""Submissions as text for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.cli.output import print_table
from workbench.cli.scores import interval, number

if TYPE_CHECKING:
    from workbench.challenge.submissions import Entry, Quota, ShownMetric


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return a submission as one row of a table."""
    primary = entry.score.primary if entry.score else None
    return {
        "id": entry.id,
        "phase": entry.phase,
        "team": entry.team_name,
        "received (UTC)": entry.received_at[:19].replace("T", " "),
        "file": entry.filename,
        "state": (entry.state == "scored" and _by_hand(entry)) or entry.state,
        "score": _value(primary),
        "interval": _interval(primary),
    }


def print_entry(entry: Entry) -> None:
    """Print one submission: what it is, what it scored, why it did not."""
    words = f"{entry.id}  {entry.challenge}, phase {entry.phase}: {entry.state}"
    print(words + (f", {entry.reason}" if entry.reason else ""))
    if entry.code:
        print(f"code: {entry.code}")
    if entry.override is not None:
        author, at = entry.override["author"], entry.override["at"]
        print(f"{_by_hand(entry)} by {author} at {at}: {entry.override['reason']}")
    if entry.score is not None:
        metrics = [entry.score.primary, *entry.score.secondary]
        rows = [{"metric": m.name, "value": _value(m), "interval": _interval(m)} for m in metrics]
        print_table(rows)


def quota_line(quota: Quota) -> str:
    """Return what a team has left, in one line."""
    waits = "until one is scored" if quota.concurrent == 0 else "at once"
    parts = ((quota.day, "today"), (quota.total, "in this phase"), (quota.concurrent, waits))
    words = [f"{left} {what}" for left, what in parts if left is not None]
    return f"quota left: {', '.join(words) or 'no limit'}"


def _by_hand(entry: Entry) -> str:
    """Return what an organiser did to a score that counts no longer as it was made."""
    if entry.override is None:
        return ""
    return "set aside" if entry.override["set_aside"] else "score set"


def _value(metric: ShownMetric | None) -> str:
    if metric is None:
        return ""
    return "hidden" if metric.value is None else number(metric.value, metric.digits)


def _interval(metric: ShownMetric | None) -> str:
    if metric is None or metric.low is None:
        return ""
    return interval(metric.low, metric.high, metric.digits)
