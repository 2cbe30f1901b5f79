"""The board of a phase, from the tables at a moment: one path for now, as-of, close, verify."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from workbench.challenge.standings import course, lines, told
from workbench.challenge.standings.by_scheme import rank_by_scheme
from workbench.challenge.standings.counted import Counted, counted
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.document import BoardDocument
from workbench.challenge.standings.ranks import Entrant, Ranked, rank_entrants
from workbench.challenge.standings.view import View
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.rebuild import Tables
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase
from workbench.scoring.case_values import OF_THE_SET

if TYPE_CHECKING:
    import pandas as pd

    from workbench.challenge.ranking import TaskRanking

ALL_OVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Standings:
    """A board: the document, and the ranking behind it.

    Attributes:
        document: What is shown, for one viewer.
        view: What that viewer may see.
        people: Each team's submission that counts, by name; values as stored. For the host.
        ranked: Ranks and their uncertainty, from stored values. For the host.
    """

    document: BoardDocument
    view: View
    people: dict[str, Counted]
    ranked: Ranked | None

    @property
    def uncertainty(self) -> TaskRanking | None:
        """The ranking with intervals, tests and groups; None where there is none."""
        return self.ranked.uncertainty if self.ranked else None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables figures are drawn from, as far as the viewer may see them.

        ``scores``, ``pairs``, ``rank_counts`` as ``Ranking.tables()`` has them; empty dictionary
        where ranks have no uncertainty or may not be shown.
        """
        from workbench.challenge.standings.figures import figure_tables

        return figure_tables(self)

    def facts(self) -> dict[str, object]:
        """Return the conventions behind the tables, as ``Ranking.facts()`` does."""
        from workbench.challenge.standings.figures import figure_facts

        return figure_facts(self)


def standings(
    tables: Tables,
    cards: Cards,
    challenge: str,
    phase: str | None = None,
    *,
    now: datetime,
    viewer: Principal = PUBLIC,
    score_set: str | None = None,
) -> Standings:
    """Return the board of a phase.

    Everything follows from the events: the same tables give the same bytes.

    Args:
        tables: The tables at some moment; see :func:`workbench.challenge.store.rebuild.rebuild`.
        cards: Gives the card of a digest.
        challenge: Id of the challenge.
        phase: Id of the phase; the decided final, else what is open, where not given.
        now: The moment: until the last phase on a split has closed, what is shown of it is guarded.
        viewer: Who looks. An organiser sees everything; a team also its own unscored submissions.
        score_set: Another set than the phase's newest complete one.

    Raises:
        UsageError: No such challenge, phase or score set.
    """
    row = course.challenge_row(tables, challenge)
    opened = cards(row["card_digest"])
    chosen = opened.phase(phase) if phase else course.default_phase(tables, opened, now)
    shown, left = course.shown_set(tables, challenge, chosen)
    if score_set is not None:
        shown, left = lines.named_set(tables, challenge, score_set), []
    card = cards(tables["score_set"][(shown,)]["card_digest"]) if shown else opened
    of_set = card.phase(chosen.id)
    found = []
    if shown and course.is_scored(tables, challenge, chosen):
        found = counted(tables, card, of_set, shown)
    view = View.of(card, of_set, now, viewer, course.closing_times(tables, opened))
    ranked = _ranked(card, found)
    document = _document(tables, card, of_set, shown, found, ranked, view)
    notices = told.notices(tables, card, of_set, found, ranked, left, view)
    document = document.model_copy(update={"notices": notices})
    return Standings(document, view, {one.team["name"]: one for one in found}, ranked)


def _ranked(card: Challenge, found: list[Counted]) -> Ranked | None:
    """Rank the teams whose score counts."""
    some = [one for one in found if one.value is not None]
    if card.ranking.scheme != OF_THE_SET:
        some = [one for one in some if len(one.case_values)]
    if not some:
        return None
    sheet = some[0].sheet
    if card.ranking.scheme != OF_THE_SET and len(some) > 1:
        return rank_by_scheme(card, some)
    entrants = [
        Entrant(
            one.team["name"],
            float(one.value or 0.0),
            None if one.replaced else one.sheet.primary.low,
            None if one.replaced else one.sheet.primary.high,
            one.resampled,
        )
        for one in some
    ]
    return rank_entrants(
        entrants,
        direction=sheet.primary.direction,
        level=sheet.primary.level,
        n_units=sheet.n_units,
        n_cases=sheet.n_cases,
        ties=card.ranking.ties,
    )


def _document(
    tables: Tables,
    card: Challenge,
    phase: Phase,
    shown: str | None,
    found: list[Counted],
    ranked: Ranked | None,
    view: View,
) -> BoardDocument:
    """Write the document, all but its notices."""
    sheet = found[0].sheet if found else None
    primary = card.metrics[card.primary]
    metric = card.metric_objects[card.primary]
    return BoardDocument(
        challenge=card.id,
        version=card.version,
        title={"en": card.title.en, "fr": card.title.fr},
        phase=phase.id,
        split=phase.split,
        final=phase.final,
        guarded=view.guard,
        ladder=phase.ladder,
        shown=view.parts,
        score_set=shown,
        metric=metric.label,
        direction=metric.direction,
        digits=view.digits(primary),
        level=card.intervals.level,
        unit=card.unit,
        n_cases=sheet.n_cases if sheet else None,
        n_units=sheet.n_units if sheet else None,
        selection=card.selection,
        rows=lines.rows(tables, card, phase, found, ranked, view),
        unscored=lines.unscored(tables, card, phase, view.viewer),
        changes=told.changes(tables, card, phase),
        conventions=told.conventions(card, phase, sheet, ranked, view),
        last_event=told.last_event(tables, card.id),
    )
