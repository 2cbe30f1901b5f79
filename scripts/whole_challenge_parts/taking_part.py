"""Teams send files and models, and read the boards."""

from __future__ import annotations

import json

from whole_challenge_parts import programs
from whole_challenge_parts.hidden_data import CLASSES, read_rows, write_table
from whole_challenge_parts.stage import SERIES, SLIDES, TEAMS, Stage


def send_files(play: Stage) -> None:
    """Ada sends a file of answers; Di's is broken."""
    ada, di, url = play.teams[SLIDES, "Ada"], play.teams[SLIDES, "Di"], play.server.url
    ada.types("challenge", "data", SLIDES, "--out", "data")
    rows = [
        (row["case"], *_guess(float(row["dark_nuclei_share"])))
        for split in ("slides-public", "slides-final")
        for row in read_rows(ada.folder / "data" / split / "cases.csv")
    ]
    good, broken = ada.folder / "answers.csv", di.folder / "answers.csv"
    write_table(good, ("case", *CLASSES), rows)
    broken.write_text(good.read_text().replace("0.7", "0.9", 3))
    ada.types("submit", "--check", good.name, "--challenge", SLIDES, "--server", url)
    play.promise(ada.sends(good, SLIDES)["state"] == "scored", "a good file is scored")
    told = di.types("submit", broken.name, "--challenge", SLIDES, code=4)
    many = told.count("[sum-not-one]")
    play.promise(many == 3, f"{many} of 3 broken rows are named at once")
    left = di.reads("submissions")
    free = not left["submissions"] and left["quota"]["day"] == 10  # of the card
    play.promise(free, "a refused file costs no quota")


def send_models(play: Stage) -> None:
    """Bo sends a model to each challenge; Di's works on the sample and nowhere else."""
    bo, di = play.teams[SLIDES, "Bo"], play.teams[SLIDES, "Di"]
    model = bo.model("nearest", programs.HONEST)
    bo.types("submit", "model", model.name, "--challenge", SLIDES, "--check")
    found = bo.sends(model, SLIDES, model=True)
    play.promise(found["state"] == "scored", "a model is scored as a file is")
    model = di.model("typing_error", "import nunpy\n")
    told = di.types("submit", "model", model.name, "--challenge", SLIDES, code=4)
    play.promise("No module named 'nunpy'" in told, "a dry run shows why it failed")
    found = di.sends(di.model("broken", programs.BROKEN), SLIDES, model=True)
    told = json.dumps(found)
    play.promise(found["code"] == "model-exit", "a model that crashes is told so")
    hidden = any(case in told for case in play.hidden_cases())
    play.promise(not hidden, "and nothing of what it printed of hidden inputs")
    bo = play.teams[SERIES, "Bo"]
    found = bo.sends(bo.model("day_by_day", programs.DAY_BY_DAY), SERIES, model=True)
    play.promise(found["state"] == "scored", "a model is called day by day")


def read_boards(play: Stage) -> None:
    """The server is killed and started again; everybody reads the boards."""
    play.server.kill()
    play.serve()
    for challenge, names in TEAMS.items():
        team = play.teams[challenge, names[0]]
        where = ("--challenge", challenge)
        remote = team.reads("leaderboard", *where)
        play.console.print(team.types("leaderboard", *where), markup=False)
        ranked = [row for row in remote["rows"] if row["rank"] is not None]
        play.promise(bool(ranked), f"{len(ranked)} teams are ranked")
    told = play.log.read_text()
    hidden = [case for case in play.hidden_cases() if case in told]
    play.promise(not hidden and "wb_" not in told, "no case and no token in the log")


def _guess(share: float) -> list[float]:
    """Return chances of the classes, from the share of dark nuclei."""
    nearest = min(range(4), key=lambda k: abs(share - 0.1 - 0.22 * k))
    return [0.7 if k == nearest else 0.1 for k in range(4)]
