"""Kinds of submission, each with the function that takes what was sent."""

from __future__ import annotations

from collections.abc import Callable

from workbench.challenge.store.permission import Principal
from workbench.challenge.store.submission_events import SentKind
from workbench.challenge.submissions import Receipt, Refusal, submit
from workbench.server.host import Host

Take = Callable[[Host, Principal, str, bytes, str, str | None], Receipt]
"""Takes host, sender, challenge, content, file name, phase; gives the receipt."""


def _of(kind: SentKind) -> Take:
    """Return what takes a table of predictions, or the archive of a model."""

    def take(
        host: Host, sender: Principal, challenge: str, content: bytes, name: str, phase: str | None
    ) -> Receipt:
        return submit(host.store, sender, challenge, content, filename=name, phase=phase, kind=kind)

    return take


KINDS: dict[str, Take] = {"predictions": _of("predictions"), "model": _of("model")}


def take_of(kind: str) -> Take:
    """Return what takes a kind of submission.

    Raises:
        Refusal: ``unknown-kind``.
    """
    take = KINDS.get(kind)
    if take is None:
        known = ", ".join(KINDS)
        raise Refusal("unknown-kind", "no such kind of submission", "kind", f"one of {known}")
    return take
