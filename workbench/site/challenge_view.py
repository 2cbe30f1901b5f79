"""What the page of a challenge shows, taken from its card, its files and its board."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.requests import Request

from workbench.challenge.standings import Standings
from workbench.challenge.store.permission import PUBLIC
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.overview import PhaseLine, phase_lines
from workbench.metrics import Metric
from workbench.remote.desk import PublicFile
from workbench.scoring import Challenge
from workbench.scoring.card_parts import MetricEntry
from workbench.scoring.card_phases import Limits
from workbench.server.boards import Asked
from workbench.server.host import Host, host_of
from workbench.site.asked import asked_for
from workbench.site.board import direction_words
from workbench.site.markdown import html_of
from workbench.site.model_rules import model_lines
from workbench.site.moments import moment
from workbench.site.words import Words

_MOST_RULES = 200_000


@dataclass(frozen=True)
class MetricLine:
    """A metric of the challenge.

    Attributes:
        entry: As the card has it.
        metric: Ready to be called, with its conventions.
        means: What it says, in the page's language.
        better: Which values are better.
    """

    entry: MetricEntry
    metric: Metric
    means: str
    better: str


def challenge_values(request: Request, challenge: str, words: Words) -> dict[str, Any]:
    """Return what the page of a challenge shows.

    Raises:
        UnknownChallenge: There is none.
    """
    host = host_of(request)
    with host.store.reading() as connection:
        card = card_of(connection, challenge)
    phases = phase_lines(host.store, challenge)
    files = host.data.files(challenge)
    metrics = list(_metric_lines(card, words))
    return {
        "card": card,
        "phases": phases,
        "phase_rules": {phase.id: phase for phase in card.phases},
        "now": now_words(phases, words),
        "metrics": metrics,
        "primary": metrics[card.primary],
        "floor": _floor(host, card, words),
        "limits": [(phase.id, limit_words(card.limits_of(phase), words)) for phase in card.phases],
        "model_lines": model_lines(card.models, words),
        "fetched": _fetched(card, files),
        "asked": asked_for(card, words),
        "files": files,
        "rules": _rules(host, card, files, words),
        "server": str(request.base_url).rstrip("/"),
        "cost": [[words.number(v, 2) for v in row] for row in card.decision.cost or []],
    }  # fmt: skip


def now_words(phases: list[PhaseLine], words: Words) -> str:
    """Say which phase takes files now, or next."""
    takes = [phase for phase in phases if phase.takes_from is None]
    for phase in takes:
        if phase.state == "open":
            closes = words.date(moment(phase.closes))
            return words("challenge.now_open", phase=phase.phase, date=closes)
    coming = sorted((phase for phase in takes if phase.state == "to come"), key=lambda p: p.opens)
    if coming:
        opens = words.date(moment(coming[0].opens))
        return words("challenge.now_coming", phase=coming[0].phase, date=opens)
    return words("challenge.now_over")


def limit_words(limits: Limits, words: Words) -> str:
    """Say how many files a team may send."""
    stated = {"day": limits.per_day, "total": limits.total, "concurrent": limits.concurrent}
    found = [words(f"challenge.limit_{name}", n=n) for name, n in stated.items() if n is not None]
    return "; ".join(found) or words("challenge.no_limit")


def _metric_lines(card: Challenge, words: Words) -> Iterator[MetricLine]:
    for entry, metric in zip(card.metrics, card.metric_objects, strict=True):
        means = words.get(f"metric.{metric.name}", metric.title)
        yield MetricLine(entry, metric, means, direction_words(metric.direction, words))


def _floor(host: Host, card: Challenge, words: Words) -> str | None:
    """Return the floor as the first board that shows one has it; None where there is no score."""
    for phase in card.phases:
        asked = Asked(card.id, phase.id, None, None, "floor", PUBLIC)
        found = json.loads(host.boards.content(asked, host.boards.etag(asked), _floor_row))
        if found is not None:
            value, answer = (
                words.fixed(found["value"], found["digits"]),
                words.said(found["name"]),
            )
            return words("challenge.floor_value", value=value, answer=answer, phase=phase.id)
    return None


def _floor_row(found: Standings) -> str:
    """Write what a page says of a board's floor, so that no page reads a whole board for it."""
    digits = found.document.digits
    row = next((row for row in found.document.rows if row.kind == "floor"), None)
    return json.dumps(row and {"value": row.score, "name": row.name, "digits": digits})


def _rules(host: Host, card: Challenge, files: list[PublicFile], words: Words) -> Markup | None:
    """Return the organiser's page of rules, where it lies among the public files."""
    if card.rules is None:
        return None
    named = card.rules.fr if words.language == "fr" else card.rules.en
    for file in files:
        if file.name in (named, f"pack/{named}") and file.size <= _MOST_RULES:
            found = host.data.find(card.id, file.digest)
            content = found.read_bytes() if isinstance(found, Path) else found
            return html_of(content.decode("utf-8", "replace"))
    return None


def _fetched(card: Challenge, files: list[PublicFile]) -> str:
    """Return what names the challenge to who has fetched its public files: a model is tried there.

    A pack that was opened over HTTP lies among the files in a folder of its own.
    """
    packed = any(file.name == "pack/challenge.yaml" for file in files)
    return f"{card.id}/pack" if packed else card.id
