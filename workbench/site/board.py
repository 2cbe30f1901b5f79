"""The part of a leaderboard's page that is the same for everybody who may see the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workbench.challenge.standings import Standings
from workbench.report.board import lead_of
from workbench.report.plots.in_rows import key_mark
from workbench.report.words import better
from workbench.site.board_figures import figures
from workbench.site.board_rows import shown_rows
from workbench.site.languages import Language
from workbench.site.page import fragment
from workbench.site.words import Words, words_of

_DIRECTIONS = {"higher": "higher", "lower": "lower"}


def board_html(found: Standings, language: Language) -> str:
    """Return a board as a part of a page: sentence, notices, rows with their pictures, figures."""
    document, words = found.document, words_of(language)
    return fragment(
        "board_part.html",
        language,
        document=document,
        rows=shown_rows(document, words),
        sentence=sentence(document.model_dump(mode="json"), words),
        better=direction_words(document.direction, words),
        figures=list(figures(found, words)),
        marks={kind: key_mark(kind) for kind in ("model", "baseline", "floor")},
        conventions=list(_conventions(document.conventions, words)),
    )


def sentence(document: dict[str, Any], words: Words) -> str:
    """Say who leads and how many cannot be told from the leader."""
    lead = lead_of(document)
    if not lead.ranked:
        return words("board.none")
    if lead.ranked == 1:
        return words("board.alone", name=lead.first[0])
    if len(lead.first) > 3:
        names = words("board.several", n=len(lead.first))
    elif len(lead.first) == 1:
        names = lead.first[0]
    else:
        *before, last = lead.first
        names = words("board.and", first=", ".join(before), last=last)
    form = "one" if len(lead.first) == 1 else "many"
    teams = words.count("n.team", lead.ranked)
    begin = words(f"board.leads.{form}", names=names, teams=teams)
    if lead.tied:
        others = words.count("n.other_team", lead.tied)
        return begin + words.count("board.lead_tied", lead.tied, others=others)
    return begin + (words("board.lead_apart") if lead.tied == 0 else ".")


def direction_words(direction: str, words: Words) -> str:
    """Return which values of a metric are better."""
    return words(f"challenge.{_DIRECTIONS.get(better(direction), 'nearer')}")


def _conventions(
    stated: dict[str, str | int | float | None], words: Words
) -> Iterator[tuple[str, str]]:
    """Yield how the numbers were made, by heading."""
    for name, value in stated.items():
        if value is not None and value != "":
            written = words.number(value) if isinstance(value, int | float) else value
            yield words.get(f"convention.{name}", name), written
