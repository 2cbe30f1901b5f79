"""Pages of challenges that ask for survival or estimates, in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from workbench.scoring import check_report
from workbench.site.asked import asked_for
from workbench.site.router import site
from workbench.site.said import translated
from workbench.site.words import words_of

from ..scoring import estimate_answers, survival_answers  # noqa: TID252
from ..server.conftest import Served, serve_world  # noqa: TID252
from .test_team import HOME, signed_in

KINDS: dict[str, Any] = {"survival": survival_answers, "estimates": estimate_answers}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def served(kind: str, tmp_path: Path) -> Any:
    """A server with a practice challenge of the kind, on its public sample."""
    module, pack = KINDS[kind], tmp_path / "challenge" / "pack"
    pack.mkdir(parents=True)
    module.labels().to_csv(pack / "mine.csv", index=False)
    module.answers().to_csv(pack / "said.csv", index=False)
    phase = {"id": "open", "split": "sample", "opens": "2026-02-01T00:00:00Z"}
    own = module.content(
        id="demo",
        data={},
        sample={"labels": "mine.csv", "submission": "said.csv"},
        phases=[phase | {"closes": "2026-04-01T00:00:00Z"}],
    )
    gone = dict.fromkeys(("label", "classes", "decision"))
    with serve_world(tmp_path, gone | own, routers=[site()]) as found:
        yield found


def remarkable(kind: str) -> bytes:
    """Return a file that is accepted with a remark."""
    table = KINDS[kind].answers()
    if kind == "survival":
        table["risk"] = -table["risk"]
    else:
        table["estimate"] += 5
    return table.to_csv(index=False).encode()


def broken(kind: str) -> bytes:
    """Return a file with every fault of the kind."""
    table = KINDS[kind].answers()
    if kind == "survival":
        table.loc[0, "s_182"] = 1.5
        table.loc[1, "s_730"] = 0.99
    else:
        table.loc[0, "abstain"] = 3
        table.loc[1, "low"] = 99
    return table.to_csv(index=False).encode()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_names_what_is_asked_and_its_columns(served: Served, kind, language) -> None:
    told = served.ask("GET", f"./{language}/challenges/demo")
    text = told.body.decode()
    assert told.status == 200
    card = KINDS[kind].card()
    asked = asked_for(card, words_of(language))
    assert asked.decision is None
    for column in asked.columns:
        assert f"<code>{column}</code>" in text
    assert "decision_rule" not in text
    assert ("730" in asked.words) == (kind == "survival")


def test_faults_and_remarks_are_told_in_both_languages(served: Served, kind) -> None:
    visit = signed_in(served, "one")
    for language in ("en", "fr"):
        fields = {"csrf": visit.csrf(), "phase": "open", "do": "check"}
        text = visit.upload(f"/{language}{HOME}", fields, broken(kind)).body.decode()
        rows = re.findall(r"<tr>(.*?)</tr>", text.split('class="problems"')[1], re.S)[1:]
        assert len(rows) == 2
        english = re.findall(r'<span lang="en">(.*?)</span>', "".join(rows))
        assert not english or language == "en", "write these into said.fr.yaml"
        text = visit.upload(f"/{language}{HOME}", fields, remarkable(kind)).body.decode()
        card, keys = KINDS[kind].card(), KINDS[kind].labels().iloc[:, 0]
        (remark,) = check_report(remarkable(kind), card, keys).remarks
        for said in (remark.message, remark.remedy):
            assert translated(said, language) is not None
            assert str(translated(said, language)) in text.replace("&#39;", "'")


def test_a_file_is_scored_and_stands_on_the_board(served: Served, kind) -> None:
    sent = KINDS[kind].answers().to_csv(index=False).encode()
    assert served.send("one", sent).status == 200
    served.score_all()
    board = served.ask("GET", "./fr/challenges/demo/leaderboard")
    assert board.status == 200
    assert ("Kaplan-Meier" if kind == "survival" else "plancher") in board.body.decode()
