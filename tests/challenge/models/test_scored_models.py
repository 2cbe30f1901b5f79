"""A model that is sent: run on hidden inputs, scored as a file is; its team sees a class."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from workbench.challenge.models import Models, place_here
from workbench.challenge.store import tables
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.tables import PROJECTED
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    Done,
    Entry,
    Labels,
    entry,
    host_detail,
    organiser_here,
    quota,
    sent_file,
    submit,
    work_once,
)
from workbench.errors import HostError, SubmissionRejected
from workbench.sandbox import Bubblewrap, Probe, probe
from workbench.scoring import ScoreSheet
from workbench.scoring.metric_scores import NoScore

from ..submissions.world import answer  # noqa: TID252
from .hosted import GOOD, HEAD, Hosted, inputs_of


def send(hosted: Hosted, script: str = GOOD, team: int = 0) -> str:
    world = hosted.world
    receipt = submit(
        world.store,
        world.teams[team],
        "demo",
        hosted.archive(script),
        filename="model.zip",
        kind="model",
    )
    return receipt.id


def done_of(hosted: Hosted) -> Done:
    done = work_once(hosted.store, hosted.worker)
    assert done is not None
    return done


def sheet_of(hosted: Hosted, submission: str) -> ScoreSheet:
    with hosted.store.reading() as connection:
        query = select(tables.score.c.sheet).where(tables.score.c.submission == submission)
        return ScoreSheet.from_json(connection.scalars(query).one())


def seen_by_team(found: Entry) -> str:
    """Return what a team sees of a submission, without what names it."""
    content = found.as_dict()
    for name in ("id", "digest", "size", "received_at", "filename"):
        content.pop(name)
    return json.dumps(content, sort_keys=True)


def test_a_model_scores_what_its_answers_score_as_a_file(hosted: Hosted) -> None:
    model, file = send(hosted), None
    assert done_of(hosted).outcome == "scored"
    world = hosted.world
    file = submit(world.store, world.teams[1], "demo", answer(), filename="a.csv").id
    assert done_of(hosted).outcome == "scored"
    one, other = sheet_of(hosted, model), sheet_of(hosted, file)
    assert one.metrics == other.metrics
    assert one.digests == other.digests  # the same answers, whoever wrote them
    assert other.model is None and "model" not in json.loads(other.to_json())
    assert one.model is not None
    stated = one.model.model_dump()
    assert stated.pop("archive") == entry(hosted.store, world.team, model).digest
    limits = {"wall_s": 5.0, "memory_mb": 200}
    assert stated == {"tier": "sealed", "backend": "bubblewrap", "streaming": False} | limits
    assert entry(hosted.store, world.team, model).score is not None


def test_the_log_verifies_and_the_tables_follow_from_it(hosted: Hosted) -> None:
    send(hosted)
    send(hosted, "raise SystemExit(3)", team=1)
    done_of(hosted)
    done_of(hosted)
    assert verify(hosted.store).problems == []
    rows = rebuild(hosted.store)["model_run"]
    assert {row["code"] for row in rows.values()} == {"ok", "exit"}
    assert "model_run" in PROJECTED


def test_a_model_is_run_once_and_scored_again_from_its_answers(hosted: Hosted) -> None:
    from workbench.challenge.submissions.cards import current_set
    from workbench.challenge.submissions.queue import enqueue

    sent = send(hosted)
    done_of(hosted)
    with hosted.store.writing() as transaction:
        transaction.execute(tables.score.delete())
        enqueue(transaction, sent, "open", current_set(transaction.connection, "demo"))
    (hosted.folder / "inputs" / "public" / "cases.csv").write_text("case,feature\n")
    assert done_of(hosted).outcome == "scored"


@pytest.mark.parametrize(
    ("script", "code", "detail"),
    [
        ("raise SystemExit('cannot')", "model-exit", "cannot"),
        ("while True: pass", "model-timeout", "SIGXCPU"),
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


LEAKS = [
    "raise SystemExit(''.join(r['case'] for r in rows))",
    "print(rows, file=sys.stderr); raise SystemExit(len(rows))",
    "open(target + '/' + rows[0]['case'], 'w').write(str(rows))",
    "t = open(target + '/predictions.csv', 'w'); t.write(f'case,no,yes\\n{rows[0]},x,SECRET')",
    "open(target + '/predictions.csv', 'w').write(','.join(r['case'] for r in rows))",
    "os.symlink(rows[0]['case'], target + '/predictions.csv')",
]


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


@pytest.mark.parametrize(
    "script",
    [
        "import pickle, os\n"
        "class Bomb:\n"
        "    def __reduce__(self):\n"
        "        return os.system, ('touch {mark}',)\n"
        "pickle.dump(Bomb(), open('/output/predictions.csv', 'wb'))\n",
        HEAD + "import pickle\nwrite()\n"
        "class Bomb:\n"
        "    def __reduce__(self):\n"
        "        return os.system, ('touch {mark}',)\n"
        "pickle.dump(Bomb(), open('/output/extra.pkl', 'wb'))\n",
    ],
    ids=["as the table", "beside the table"],
)
def test_a_pickle_in_the_outputs_is_never_loaded(
    hosted: Hosted, tmp_path: Path, script: str
) -> None:
    mark = tmp_path / "executed"
    send(hosted, script.replace("{mark}", str(mark)))
    done = done_of(hosted)
    assert done.outcome == ("scored" if "extra" in script else "failed")
    assert "file-kind" in done.detail or "extra" in script
    assert not mark.exists()


def test_a_patched_metric_changes_no_score(hosted: Hosted) -> None:
    patch = """
import os, sys
patched = "import sys\\nclass M: pass\\nsys.modules['workbench.metrics'] = M()\\n"
for folder in ('/output', '/tmp', sys.prefix + '/lib/python3.11/site-packages', '/model'):
    for name in ('sitecustomize.py', 'usercustomize.py', 'workbench.pth', 'brier.py'):
        try:
            open(os.path.join(folder, name), 'w').write(patched)
        except OSError:
            pass
try:
    import workbench.metrics as metrics
    metrics.get = lambda *a, **k: 1.0
except ImportError:
    pass
"""
    plain, patching = send(hosted), send(hosted, patch + GOOD, team=1)
    done_of(hosted)
    assert done_of(hosted).outcome == "scored"
    assert sheet_of(hosted, plain).metrics == sheet_of(hosted, patching).metrics


def test_labels_are_not_among_what_a_model_reads(hosted: Hosted) -> None:
    search = f"""
import os
hits = [p for p in ({str(hosted.world.labels)!r}, {str(hosted.folder)!r}) if os.path.exists(p)]
for place, _, names in os.walk('/'):
    if place.startswith(('/proc', '/usr', sys.prefix, sys.base_prefix)):
        continue
    for name in names:
        text = open(os.path.join(place, name), 'rb').read(1 << 16) if name.endswith('csv') else b''
        hits += [name] * (b'patient' in text)
if hits:
    raise SystemExit(str(hits))
write()
"""
    send(hosted, HEAD + search)
    assert done_of(hosted).outcome == "scored"


def test_without_inputs_a_model_waits_and_files_are_scored(hosted: Hosted) -> None:
    sent = send(hosted)
    world = hosted.world
    submit(world.store, world.teams[1], "demo", answer(), filename="a.csv")
    without = Labels(world.labels)
    done = work_once(world.store, without)
    assert done is not None and done.outcome == "scored" and done.submission != sent
    with pytest.raises(HostError, match="models of demo wait"):
        work_once(world.store, without)
    assert entry(world.store, world.team, sent).state == "queued"
    assert done_of(hosted).outcome == "scored"


def test_below_the_required_tier_nothing_is_run(hosted: Hosted) -> None:
    sent = send(hosted)
    lower = replace(place_here(), backend=Bubblewrap(counted=False))
    worker = Labels(hosted.world.labels, Models(hosted.folder / "inputs", lower))
    with pytest.raises(HostError, match="'sealed' is required, 'namespaces' is in force"):
        work_once(hosted.store, worker)
    assert entry(hosted.store, hosted.world.team, sent).state == "queued"
    with hosted.store.reading() as connection:
        assert connection.execute(select(tables.model_run)).all() == []


def test_answers_of_a_model_that_was_held_too_low_are_not_used(hosted: Hosted) -> None:
    """A node of a cluster may hold less than the one that was asked before."""

    class Promising(Bubblewrap):
        def probe(self) -> Probe:
            return probe()

    lower = replace(place_here(), backend=Promising(counted=False))
    worker = Labels(hosted.world.labels, Models(hosted.folder / "inputs", lower))
    send(hosted)
    done = work_once(hosted.store, worker)
    assert done is not None and done.outcome == "put-back"
    assert "held by tier 'namespaces', 'sealed' is required" in done.detail


@pytest.mark.parametrize("trouble", ["labels inside", "named like labels", "closed", "absent"])
def test_inputs_that_would_give_labels_away_stop_the_runner(
    hosted: Hosted, trouble: str, tmp_path: Path
) -> None:
    inputs, secret = hosted.folder / "inputs", hosted.world.labels
    if trouble == "labels inside":
        secret = inputs / "public" / "kept"
        secret.mkdir()
    elif trouble == "named like labels":
        (inputs / "public" / "deep").mkdir()
        (inputs / "public" / "deep" / "public.csv").write_text("case,label\n")
    elif trouble == "closed":
        (inputs / "public").chmod(0o700)
    else:
        inputs = tmp_path / "nowhere"
    worker = Labels(hosted.world.labels, Models(inputs, place_here(secret=(secret,))))
    send(hosted)
    with pytest.raises(HostError):
        work_once(hosted.store, worker)


def test_a_card_that_takes_no_models_refuses_them(hosted: Hosted, tmp_path: Path) -> None:
    from workbench.challenge.models import check_archive

    card = hosted.world.card
    closed = card.model_copy(update={"models": card.models.model_copy(update={"accepted": False})})
    report = check_archive(hosted.archive(), closed)
    assert [problem.code for problem in report.problems] == ["models-not-taken"]


def test_a_worker_that_dies_while_a_model_runs_loses_nothing(
    hosted: Hosted, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send(hosted)
    with monkeypatch.context() as patch:
        patch.setattr(Models, "run", _die)
        with pytest.raises(KeyboardInterrupt):
            work_once(hosted.store, hosted.worker)
    assert work_once(hosted.store, hosted.worker) is None  # leased for as long as a run may take
    clock.forward(seconds=60 + 5)
    assert work_once(hosted.store, hosted.worker) is None
    clock.forward(seconds=61)
    done = done_of(hosted)
    assert (done.submission, done.outcome) == (sent, "scored")
    assert verify(hosted.store).problems == []


def _die(*arguments: object) -> None:
    raise KeyboardInterrupt


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
