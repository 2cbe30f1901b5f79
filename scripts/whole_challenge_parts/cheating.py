"""A team attacks the host, and another one looks ahead."""

from __future__ import annotations

from pathlib import Path

from whole_challenge_parts import programs
from whole_challenge_parts.hidden_data import read_rows
from whole_challenge_parts.people import running
from whole_challenge_parts.stage import SERIES, SLIDES, Stage

SLEEP = "86399.75"
"""What a hostile model leaves running, or tries to: no other process sleeps as long."""


def attack(play: Stage) -> None:
    """Cy attacks: network, labels, store, processes, memory."""
    cy, host = play.teams[SLIDES, "Cy"], play.host.folder
    secret = [host / f"labels/{SLIDES}/slides-public.csv", play.log, Path("/etc/shadow")]
    secret += [path for path in (host / "store").iterdir() if path.is_file()]
    secret += [team.folder / "answers.csv" for team in play.teams.values() if team.name == "Ada"]
    spoil = play.host.inputs / "spoilt"
    script = programs.HOSTILE.format(
        port=play.server.port, secrets=[*map(str, secret)], spoil=str(spoil), sleep=SLEEP
    )
    before = _labels(play)
    found = cy.sends(cy.model("hostile", script), SLIDES, model=True)
    value, floor = found["score"]["primary"]["value"], _floor(play)
    play.promise(
        abs(value - floor) < 0.001, f"it reached nothing: {value} is the score of 'low' for all"
    )
    play.promise(not spoil.exists() and before == _labels(play), "nothing was written")
    found = cy.sends(cy.model("bomb", programs.BOMB), SLIDES, model=True)
    stopped = found["code"] in ("model-memory", "model-exit", "model-timeout")
    play.promise(stopped, f"eight forks that hoard memory: {found['code']}")
    play.promise(not running(SLEEP), "nothing is left running")


def look_ahead(play: Stage) -> None:
    """Eve looks ahead in the series, and cannot."""
    eve = play.teams[SERIES, "Eve"]
    found = eve.sends(eve.model("peeks", programs.LOOKS_AHEAD), SERIES, model=True)
    value = found["score"]["primary"]["value"]
    play.promise(value == 0.5, "no later day was there to be seen: half is guessed")
    found = eve.sends(eve.model("insists", programs.INSISTS), SERIES, model=True)
    late = found["code"] == "model-timeout"
    play.promise(late, "who waits for tomorrow before answering waits in vain")


def _labels(play: Stage) -> list[bytes]:
    """Return what the hidden labels are."""
    return [path.read_bytes() for path in sorted(play.host.labels.rglob("*.csv"))]


def _floor(play: Stage) -> float:
    """Return the cost score of `low` for every public slide."""
    rows = read_rows(play.host.labels / SLIDES / "slides-public.csv")
    costs = {"benign": 0.1, "low": 0.0, "high": 0.3, "invasive": 0.7}
    return 1 - sum(costs[row["label"]] for row in rows) / len(rows)
