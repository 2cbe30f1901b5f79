"""What a team is told of a model that ran on hidden inputs: a class, and coarse steps."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from workbench.challenge.store import tables
from workbench.challenge.submissions import (
    entry,
    host_detail,
    organiser_here,
    quota,
    sent_file,
)
from workbench.errors import SubmissionRejected
from workbench.scoring.metric_scores import NoScore

from .hosted import HEAD, Hosted, inputs_of
from .sent import done_of, seen_by_team, send

LEAKS = [
    "raise SystemExit(''.join(r['case'] for r in rows))",
    "print(rows, file=sys.stderr); raise SystemExit(len(rows))",
    "open(target + '/' + rows[0]['case'], 'w').write(str(rows))",
    "t = open(target + '/predictions.csv', 'w'); t.write(f'case,no,yes\\n{rows[0]},x,SECRET')",
    "open(target + '/predictions.csv', 'w').write(','.join(r['case'] for r in rows))",
    "os.symlink(rows[0]['case'], target + '/predictions.csv')",
]


@pytest.mark.parametrize(
    ("script", "code", "detail"),
    [
        ("raise SystemExit('cannot')", "model-exit", "cannot"),
        ("while True: pass", "model-timeout", "ran over its time"),
        ("x = []\nwhile True: x.append(bytearray(8 << 20))", "model-memory", "for memory"),
        ("pass", "model-no-predictions", "ended well"),
        (HEAD + "write(); open(target + '/predictions.parquet', 'w')", "model-no-predictions", ""),
        ("import os\nos.symlink('/', '/output/a')", "model-files", "symbolic link"),
        ("while True: print('y' * 999)", "model-output-size", "bytes"),
        (HEAD + "write(7)", "model-rejected", "out-of-range"),
        (HEAD + "rows = rows[1:]; write()", "model-rejected", "missing-row"),
    ],
)
def test_a_team_sees_the_class_and_the_host_the_reason(
    hosted: Hosted, script: str, code: str, detail: str
) -> None:
    sent = send(hosted, script)
    done = done_of(hosted)
    assert done.outcome == "failed"
    found = entry(hosted.store, hosted.world.team, sent)
    assert (found.state, found.code) == ("failed", code)
    told = host_detail(hosted.store, organiser_here(), sent)
    assert told is not None and detail in told
    assert done.detail.startswith(code.removeprefix("model-")) and "cannot" not in done.detail
    assert host_detail(hosted.store, hosted.world.team, sent) is None


@pytest.mark.parametrize("script", LEAKS)
def test_no_byte_a_team_sees_depends_on_hidden_inputs(hosted: Hosted, script: str) -> None:
    seen = set()
    for team, change in enumerate(("public-", "hidden-other-")):
        content = inputs_of("public").replace("public-", change).replace("0.1", f"0.{team}7")
        (hosted.folder / "inputs" / "public" / "cases.csv").write_text(content)
        sent = send(hosted, HEAD + script, team=team)
        assert done_of(hosted).outcome == "failed"
        found = entry(hosted.store, hosted.world.teams[team], sent)
        seen.add(seen_by_team(replace(found, team="", team_name="")))
        files = sent_file(hosted.store, hosted.world.teams[team], sent)[1]
        assert b"hidden-other" not in files
    assert len(seen) == 1, seen
    assert "public-" not in str(seen) and "SECRET" not in str(seen)


def test_time_is_told_in_steps(hosted: Hosted) -> None:
    seen = set()
    for team, seconds in enumerate((0.0, 0.4)):
        sent = send(hosted, f"import time\ntime.sleep({seconds})\nraise SystemExit(1)", team=team)
        done_of(hosted)
        found = entry(hosted.store, hosted.world.teams[team], sent)
        seen.add(seen_by_team(replace(found, team="", team_name="")))
    assert len(seen) == 1
    assert "time: under 1 s" in seen.pop()


def test_the_answers_of_a_model_are_not_given_to_its_team(hosted: Hosted) -> None:
    sent = send(hosted)
    done_of(hosted)
    with hosted.store.reading() as connection:
        digest = connection.scalars(select(tables.model_run.c.predictions)).one()
    with pytest.raises(SubmissionRejected, match="not-found"):
        sent_file(hosted.store, hosted.world.team, str(digest))
    assert sent_file(hosted.store, hosted.world.team, sent)[1] == hosted.archive()


def test_a_failed_model_costs_quota(hosted: Hosted) -> None:
    before = quota(hosted.store, hosted.world.team, "demo").day
    send(hosted, "raise SystemExit(1)")
    done_of(hosted)
    after = quota(hosted.store, hosted.world.team, "demo").day
    assert before is not None and after == before - 1


def test_answers_without_a_score_are_the_models_matter(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undefined(*arguments: object) -> None:
        raise NoScore("the primary metric is undefined: all answers are 0.12345")

    monkeypatch.setattr("workbench.challenge.submissions.judge.scored", undefined)
    sent = send(hosted)
    assert done_of(hosted).outcome == "failed"
    found = entry(hosted.store, hosted.world.team, sent)
    assert found.code == "model-no-score" and "0.12345" not in seen_by_team(found)
    assert "0.12345" in str(host_detail(hosted.store, organiser_here(), sent))
