"""How a server is set up."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from workbench.challenge.store.clock import Clock, SystemClock


@dataclass(frozen=True)
class Rates:
    """How often somebody may ask, per minute; twice as much at once is not allowed.

    Attributes:
        per_token: Requests with one token.
        per_address: Requests from one network address, whoever asks: a clinic behind one address
            is many persons.
        refused: Requests from one address whose token is refused, before it has to wait.
    """

    per_token: int = 240
    per_address: int = 1200
    refused: int = 30


@dataclass(frozen=True)
class Settings:
    """How a server is set up.

    Attributes:
        place: The store; the default one where not given.
        labels: The organiser's folder of hidden labels; None where scoring runs elsewhere.
        inputs: Folder of the inputs that submitted models are run on; None: they wait for others.
        environment: Python environment of models; this program's own where not given.
        data: Folder of public files, one folder in it for each challenge's id; None: only what
            the store keeps.
        reports: Folder that closed challenges publish their reports into.
        most_bytes: Largest file that is taken.
        uploads: How many files are received at once, for all; ``most_bytes`` times this is the
            disk they may take. Half of them for one token.
        at_work: How many received files are read and checked at once.
        silence_s: Seconds a sender may be silent before its upload is given up.
        rates: How often somebody may ask.
        scorers: Processes that score, started with the server.
        clock: Where the store's time comes from.
    """

    place: str | None = None
    labels: Path | None = None
    inputs: Path | None = None
    environment: Path | None = None
    data: Path | None = None
    reports: Path | None = None
    most_bytes: int = 100 * 2**20
    uploads: int = 16
    at_work: int = 4
    silence_s: float = 30.0
    rates: Rates = field(default_factory=Rates)
    scorers: int = 0
    clock: Clock = field(default_factory=SystemClock)
