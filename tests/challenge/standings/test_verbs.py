"""The verbs of boards: 80 columns, JSON by its schema, CSV, a page, exit codes; folders of runs."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from workbench.challenge import leaderboard
from workbench.challenge.standings.document import BoardDocument
from workbench.cli.main import main
from workbench.report.standings import page_of
from workbench.scoring import load_challenge, score_file

from .play import ORGANISER, PUBLIC, Play, draws, start


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    found = start(tmp_path / "store")
    monkeypatch.setenv("WORKBENCH_STORE", str(tmp_path / "store"))
    monkeypatch.delenv("WORKBENCH_TOKEN", raising=False)
    for i in range(12):
        name = f"Team {i} of a hospital with a rather long name"[: 8 + 4 * i]
        found.team(name.strip())
        found.scored(name.strip(), 0.9 - 0.003 * i)
    return found


def test_the_board_fits_80_columns(play: Play, capsys: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert main(["leaderboard", "--challenge", "demo", "--phase", "open"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 15 and all(len(line) <= 80 for line in out), max(map(len, out))
    assert out[2].split()[0] == "1" and "floor: always no" in out[-1]


def test_json_is_the_document_and_a_team_sees_its_view(play: Play, capsys: Any) -> None:
    assert main(["leaderboard", "--challenge", "demo", "--phase", "open", "--json"]) == 0
    host = BoardDocument.model_validate_json(capsys.readouterr().out)
    assert host.guarded is False and host.rows[0].secondary
    typed = ["leaderboard", "--challenge", "demo", "--phase", "open", "--as-of", "2026-03-02"]
    typed += ["--team", "Team 0 o", "--json"]
    assert main(typed) == 0
    mine = BoardDocument.model_validate_json(capsys.readouterr().out)
    assert mine.guarded is True and not mine.rows[0].secondary


def test_a_wide_board_has_secondary_metrics_and_the_last_submission(
    play: Play, capsys: Any, monkeypatch: Any
) -> None:
    typed = ["leaderboard", "--challenge", "demo", "--phase", "open"]
    assert main([*typed, "--wide"]) == 0
    wide = capsys.readouterr().out.splitlines()
    assert wide[1].split()[-3:] == ["brier", "last", "submission"]
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    assert main(typed) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == wide[1].split()
    monkeypatch.setenv("COLUMNS", "80")
    assert main(typed) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80


def test_as_of_csv_and_page(play: Play, capsys: Any, tmp_path: Path) -> None:
    csv, html = tmp_path / "b.csv", tmp_path / "b.html"
    typed = ["leaderboard", "--challenge", "demo", "--phase", "open"]
    assert main([*typed, "--csv", str(csv), "--html", str(html), "--as-of", "2026-03-02"]) == 0
    assert len(csv.read_text().splitlines()) == 14
    page = html.read_text()
    assert page.count("<svg") == 3
    assert "Further metrics" in page and "brier" in page and "Last submission (UTC)" in page
    assert {"brier", "last_submission", "entries"} <= set(
        csv.read_text().splitlines()[0].split(",")
    )
    assert main([*typed, "--as-of", "2026-02-01"]) == 2
    assert main([*typed, "--as-of", "2026-03-02T10:00:00"]) == 2
    assert main([*typed, "--as-of", "9999-12-31T23:59:59-23:59"]) == 2
    assert main([*typed, "--as-of", "0001-01-01T00:00:00+23:59"]) == 2
    assert "no time zone" in capsys.readouterr().err
    assert main(["leaderboard"]) == 2 and main(["leaderboard", ".", "--phase", "x"]) == 2


def test_names_are_text_on_the_page(tmp_path: Path) -> None:
    play = start(tmp_path / "store")
    for name in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "plain"):
        play.team(name)
        play.scored(name, 0.8, resampled=draws(0.8, len(name)))
    play.override(play.scored("plain", 0.9), 0.7)
    for viewer in (PUBLIC, ORGANISER):
        page = page_of([play.board(viewer=viewer)])
        assert "<script" not in page and "<img" not in page
        assert "&lt;script&gt;" in page and "http://" not in page.replace("http://www.w3.org", "")


def test_a_page_shows_nothing_that_is_hidden(tmp_path: Path) -> None:
    play = start(tmp_path / "store", phase={"show": []})
    play.team("Alpha")
    play.scored("Alpha", 0.812345)
    page = page_of([play.board()])
    assert "0.81" not in page and "0.600" not in page and "after its close" in page


def test_rescore_says_what_is_missing(play: Play, capsys: Any) -> None:
    assert main(["rescore", "--challenge", "demo"]) == 2
    assert main(["rescore", "--challenge", "demo", "--metric-version", "2"]) == 2
    assert "give a reason" in capsys.readouterr().err


def test_verify_tells_what_differs(tmp_path: Path, capsys: Any) -> None:
    assert main(["challenge", "verify", str(tmp_path)]) == 3
    assert "no report" in capsys.readouterr().err
    (tmp_path / "manifest.json").write_text(json.dumps({"schema": "other"}))
    assert main(["challenge", "verify", str(tmp_path), "--json"]) == 3


def test_runs_in_a_folder_get_rank_intervals_and_sheets_alone_say_why_not(tmp_path: Path) -> None:
    card = load_challenge("tissue-lesions")
    kit = card.folder / "starting_kit"
    files = {"one": "submission.csv", "two": "submission_one_hot.csv"}
    for name, file in files.items():
        run = tmp_path / "runs" / name
        run.mkdir(parents=True)
        frame = pd.read_csv(kit / file, dtype={card.key: str})
        frame.to_parquet(run / "predictions.parquet")
        shutil.copy(kit / "labels.csv", run / "truth.csv")
        (run / "challenge.json").write_text(card.model_dump_json())
        (run / "score.json").write_text(score_file(kit / file, card).to_json())
    (group,) = leaderboard(tmp_path / "runs").groups
    first, second = (row for row in group.rows if row.rank)
    assert (first.rank_low, first.rank_high, group.missing) == (1, 2, "")
    assert first.p_first + second.p_first == pytest.approx(1.0)
    assert {first.tie_group, first.set_high} == {True, 2}
    (tmp_path / "runs/two/predictions.parquet").unlink()
    (group,) = leaderboard(tmp_path / "runs").groups
    assert group.missing == "no resampled values of two"
    assert [row.rank_low for row in group.rows] == [None] * 3
    assert re.fullmatch(r"\d", str(group.rows[0].rank))
