"""The rows of a board as a page shows them: words, and pictures on one scale for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.challenge.standings import BoardDocument, Row
from workbench.report.plots import in_rows, svg
from workbench.report.plots.forest import Kind
from workbench.report.plots.rows import rank_ticks
from workbench.report.ranking.board_figures import share_words
from workbench.site.words import Words

_ROOM = in_rows.WIDTH - 2 * in_rows.MARGIN


@dataclass(frozen=True)
class ShownRow:
    """One line of a board.

    Attributes:
        row: As the document has it.
        rank: Written rank.
        score: Written score, and its interval.
        drawn: Picture of the score; None where scores are hidden.
        places: Written rank interval and rank set.
        drawn_places: Picture of them; None where there is none.
        first: Written share of first places.
        further: Written value and interval of each further metric.
        tie: Place in the tie group: ``first``, ``inside``, ``last``,
            ``through`` (others of it are above and below); empty: outside, or there is none.
    """

    row: Row
    rank: str
    score: tuple[str, str]
    drawn: Markup | None
    places: tuple[str, str]
    drawn_places: Markup | None
    first: str
    further: list[tuple[str, str]]
    optimism: str
    tie: str


@dataclass(frozen=True)
class ShownRows:
    """All lines of a board, and the scales of their pictures.

    Attributes:
        rows: The lines, best first.
        further: Names of the further metrics.
        score_axis: Scale of the scores, for the heading; None where scores are hidden.
        rank_axis: Scale of the ranks; None where ranks have no interval.
        optimism: Whether the board says what choosing the best adds.
    """

    rows: list[ShownRow]
    further: list[str]
    score_axis: Markup | None
    rank_axis: Markup | None
    optimism: bool


def shown_rows(document: BoardDocument, words: Words) -> ShownRows:
    """Return the lines of a board."""
    found = document.rows
    values = [v for r in found for v in (r.score, r.low, r.high) if v is not None]
    scores = in_rows.score_axis(values) if values else None
    lines = [row.score for row in found if row.kind != "team" and row.score is not None]
    most = max([row.set_high or row.rank_high or 0 for row in found], default=0)
    ranks = in_rows.rank_axis(float(most)) if most else None
    further = list(dict.fromkeys(metric.name for row in found for metric in row.secondary))
    tied = [place for place, row in enumerate(found) if row.tie_group]
    tied = tied if len(tied) > 1 else []  # a leader alone is tied with nobody
    writer = _Writer(document, words, scores, ranks, lines, further, tied)
    return ShownRows(
        [writer.row(place, row) for place, row in enumerate(found)],
        further,
        None if scores is None else in_rows.axis_in_head(scores, _told(scores.ticks(4), words)),
        None if ranks is None else in_rows.axis_in_head(ranks, rank_ticks(int(most), _ROOM)),
        any(row.optimism is not None for row in found),
    )


@dataclass(frozen=True)
class _Writer:
    """Writes the lines of one board."""

    document: BoardDocument
    words: Words
    scores: svg.Axis | None
    ranks: svg.Axis | None
    lines: Sequence[float]
    further: Sequence[str]
    tied: Sequence[int]

    def row(self, place: int, row: Row) -> ShownRow:
        """Return one line."""
        words, digits = self.words, self.document.digits
        by_name = {metric.name: metric for metric in row.secondary}
        further = [by_name.get(name) for name in self.further]
        drawn = None
        if self.scores is not None:
            ends = (row.score, row.low, row.high)
            drawn = in_rows.interval_in_row(self.scores, *ends, _kind(row), self.lines)
        return ShownRow(
            row=row,
            rank="" if row.rank is None else words.places(row.rank, row.rank),
            score=self._estimate(row.score, row.low, row.high, digits),
            drawn=drawn,
            places=self._places(row),
            drawn_places=self._drawn_places(row),
            first="" if row.p_first is None else share_words(row.p_first),
            further=[
                ("", "") if m is None else self._estimate(m.value, m.low, m.high, m.digits)
                for m in further
            ],
            optimism="" if row.optimism is None else words.fixed(row.optimism, digits),
            tie=self._tie(place),
        )

    def _estimate(
        self, value: float | None, low: float | None, high: float | None, digits: int
    ) -> tuple[str, str]:
        """Write a value, and its interval."""
        if value is None:
            return "", ""
        ends = ""
        if low is not None and high is not None:
            written = [self.words.fixed(end, digits) for end in (low, high)]
            ends = self.words("board.interval", low=written[0], high=written[1])
        return self.words.fixed(value, digits), ends

    def _places(self, row: Row) -> tuple[str, str]:
        """Write the rank interval, and the rank set."""
        if row.rank_low is None or row.rank_high is None:
            return "", ""
        between = self.words.places(row.rank_low, row.rank_high)
        if row.set_low is None or row.set_high is None:
            return between, ""
        all_over = self.words.places(row.set_low, row.set_high)
        return between, self.words("board.set", places=all_over)

    def _drawn_places(self, row: Row) -> Markup | None:
        if self.ranks is None or row.rank is None:
            return None
        ends = (row.rank_low, row.rank_high, row.set_low, row.set_high)
        return in_rows.ranks_in_row(self.ranks, in_rows.Places(row.rank, *ends), _kind(row))

    def _tie(self, place: int) -> str:
        """Say where in the drawn bracket of the tie group a line is; others may lie between."""
        if not self.tied or not self.tied[0] <= place <= self.tied[-1]:
            return ""
        if place == self.tied[0]:
            return "first"
        if place == self.tied[-1]:
            return "last"
        return "inside" if place in self.tied else "through"


def _kind(row: Row) -> Kind:
    """Return the shape of a line's marks, as the figures of a board have it."""
    if row.kind != "team":
        return "floor"
    return "model" if row.tie_group else "baseline"


def _told(ticks: Sequence[tuple[float, str]], words: Words) -> list[tuple[float, str]]:
    return [(value, words.decimal(name)) for value, name in ticks]
