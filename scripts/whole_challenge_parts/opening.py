"""The challenges open, and teams sign in."""

from __future__ import annotations

from whole_challenge_parts.hidden_data import finish_series, make_slides, series_labels, write_table
from whole_challenge_parts.people import Person
from whole_challenge_parts.stage import SERIES, SLIDES, TEAMS, Stage


def open_challenges(play: Stage) -> None:
    """The organiser opens two challenges on hidden data from a secret seed."""
    host, organiser = play.host, play.organiser
    size = ("n_slides=64", "slide_px=512")
    organiser.types(
        "synthesize", "pathology_slides", *size, "--seed", play.seed, "--out", "generated"
    )
    make_slides(host, host.folder / "generated", play.draw)
    labels, measured = series_labels(play.draw)
    write_table(host.folder / "relapses.csv", ("case", "person", "relapse"), labels)
    organiser.types(
        *("challenge", "new", "--from-csv", "relapses.csv", "--id", SERIES),
        *("--unit", "person", "--classes", "no,yes", "--metric", "balanced-accuracy"),
        *("--public-share", "0.5", "--opens", "2026-01-01T00:00Z"),
        *("--closes", "2100-01-01T00:00Z", "--out", host.series.name),
        *("--labels-out", f"labels/{SERIES}"),
    )
    finish_series(host, measured, play.draw)
    for challenge, folder in ((SLIDES, host.slides), (SERIES, host.series)):
        organiser.types("challenge", "validate", folder.name, "--labels", "labels/" + challenge)
        organiser.types("challenge", "open", folder.name)
    play.serve()


def sign_in(play: Stage) -> None:
    """Five teams get a token each, and sign in."""
    for challenge, names in TEAMS.items():
        for name in names:
            team = Person(name, play.folder / challenge / name, play.console)
            play.organiser.types("challenge", "team", "add", challenge, name)
            issue = ("challenge", "token", "issue", "--challenge", challenge, "--team", name)
            play.organiser.types(*issue)
            token = team.folder / "token.txt"
            token.write_text(play.organiser.stdout)
            team.types("login", play.server.url, "--token-file", token.name)
            play.teams[challenge, name] = team
