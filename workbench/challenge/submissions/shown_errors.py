"""What a participant may be told where something went wrong: one function for every error."""

from __future__ import annotations

from workbench.errors import HostError, RunError, SubmissionRejected, UsageError, WorkbenchError

UNAVAILABLE = "the organiser's side cannot answer now"
_REMEDY = "try again later; a file that was taken counts once, however often it is sent"


def for_participant(error: Exception) -> WorkbenchError:
    r"""Return an error as a participant may see it.

    What is wrong with the participant's own request or file is told whole. Everything else, also
    what nobody thought of, may name files, rows or labels of the host: it is for the host's log,
    and the participant reads a sentence that is the same whatever it says.

    Args:
        error: What was raised for a participant's request.

    >>> from workbench.errors import DataError
    >>> for_participant(DataError("no room", where="/srv/store/challenge.db")).render()[:40]
    "the organiser's side cannot answer now\nN"
    """
    if isinstance(error, SubmissionRejected | UsageError):
        return error
    if isinstance(error, HostError):
        return RunError(error.public, remedy=_REMEDY)
    return RunError(UNAVAILABLE, remedy=_REMEDY)
