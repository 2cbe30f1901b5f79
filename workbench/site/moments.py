"""Moments as addresses, fields and the engine write them."""

from __future__ import annotations

from datetime import UTC, datetime

from workbench.challenge.submissions import Refusal


def moment(written: str) -> datetime:
    """Return the moment of a phase as ``PhaseLine`` writes it.

    >>> moment("2026-03-01 12:00 UTC")
    datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.strptime(written, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)


def moment_asked(written: str) -> datetime | None:
    """Return a moment as a browser's date field or an address writes it, UTC where no zone is.

    Raises:
        Refusal: ``invalid-request``.

    >>> moment_asked("2026-03-01T12:00"), moment_asked("")
    (datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.timezone.utc), None)
    """
    if not written.strip():
        return None
    try:
        found = datetime.fromisoformat(written.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        message = "no date and time; write 2026-03-01T12:00"
        raise Refusal("invalid-request", message, "as_of", "choose it in the field") from error
