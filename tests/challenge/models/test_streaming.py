"""Device series: a model is called day by day and cannot look ahead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from workbench.challenge.models.streaming import days_of
from workbench.challenge.store import open_store, tables
from workbench.challenge.store.clock import SetClock
from workbench.challenge.submissions import entry, host_detail, organiser_here, submit, work_once
from workbench.errors import HostError
from workbench.sandbox import ENDINGS
from workbench.scoring import ScoreSheet
from workbench.scoring.card_models import Streaming

from .hosted import Hosted, host

TEMPLATE = Path(__file__).resolve().parents[3] / "workbench/templates/submission/stream.py"
LOOP = """
import json, sys
def hear():
    line = sys.stdin.readline()
    return json.loads(line) if line else None
def say(content):
    print(json.dumps(content), flush=True)
hear()
say({'ready': True})
def both(p):
    return {'no': 1 - p, 'yes': p}
"""
HONEST = (
    LOOP
    + """
seen = {}
while (told := hear()) is not None:
    past = seen.setdefault(told['series'], [])
    past += [float(row['value']) for row in told['rows']]
    say({'answers': {case: both(past[-1]) for case in told['cases']}})
"""
)


@pytest.fixture
def series(sealed: None, tmp_path: Path, clock: SetClock) -> Iterator[Hosted]:
    """A challenge on series."""
    with open_store(str(tmp_path / "store"), create=True, clock=clock) as store:
        yield host(store, tmp_path / "challenge", {"streaming": {}})


def sent(series: Hosted, script: str) -> str:
    world, content = series.world, series.archive(script)
    return submit(series.store, world.team, "demo", content, filename="m.zip", kind="model").id


def test_an_honest_model_is_scored_and_the_sheet_says_how(series: Hosted) -> None:
    sent(series, HONEST)
    done = work_once(series.store, series.worker)
    assert done is not None and done.outcome == "scored", done and done.detail
    with series.store.reading() as connection:
        sheet = ScoreSheet.from_json(connection.scalars(select(tables.score.c.sheet)).one())
        run = connection.execute(select(tables.model_run)).one()
    assert sheet.model is not None and sheet.model.streaming and run.streaming


def test_the_template_answers_every_case(series: Hosted) -> None:
    script = TEMPLATE.read_text().replace('["template_classes"]', '["no", "yes"]')
    sent(series, script)
    done = work_once(series.store, series.worker)
    assert done is not None and done.outcome == "scored", done and done.detail


def test_a_model_that_answers_before_it_has_heard_knows_nothing_more(series: Hosted) -> None:
    days = days_of(series.folder / "inputs" / "public", series.world.card, Streaming())
    lines = [{"answers": {case: {"no": 0.5, "yes": 0.5} for case in day.cases}} for day in days]
    script = f"import json\nprint(json.dumps({{'ready': True}}))\nfor line in {lines!r}:\n"
    sent(series, script + "    print(json.dumps(line), flush=True)\n")
    done = work_once(series.store, series.worker)
    assert done is not None and done.outcome == "scored", done and done.detail


def test_days_come_in_order_over_all_series(series: Hosted) -> None:
    days = days_of(series.folder / "inputs" / "public", series.world.card, Streaming())
    places = [(day.day, day.series) for day in days]
    assert places == sorted(places)
    assert all(len(day.rows) == len(day.cases) == 1 for day in days)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        # waits for a later day before it answers this one
        (LOOP + "first = hear()\nlater = hear()\nsay({'answers': {}})\n", "model-timeout"),
        # looks for the inputs on disk
        (LOOP + "open('/input/measurements.csv')\n", "model-exit"),
        # answers a case of another day
        (
            LOOP + "t = hear()\nsay({'answers': {'public-00': both(0.5)}})\nhear()\n",
            "model-protocol",
        ),
        (LOOP + "hear()\nprint('hello', flush=True)\nhear()\n", "model-protocol"),
        (LOOP + "hear()\nprint('[' * 100000, flush=True)\nhear()\n", "model-protocol"),
        (LOOP + "hear()\nprint('9' * 100000, flush=True)\nhear()\n", "model-protocol"),
        (LOOP + "hear()\nsys.stdout.write('x' * (2 << 20))\nsys.stdout.flush()\nhear()\n", None),
        ("raise SystemExit(0)\n", "model-protocol"),
        (LOOP + "hear()\n", "model-protocol"),
        ("import json\nprint(json.dumps({'ready': 1}), flush=True)\ninput()\n", "model-protocol"),
        # answers before it has heard, far ahead of the host
        ("for _ in range(99999): print('{\"answers\": {}}', flush=True)\n", "model-protocol"),
        (HONEST.replace("both(past[-1])", "{'no': 'x', 'yes': 1}"), "model-protocol"),
        (HONEST.replace("both(past[-1])", "{'no': float('nan'), 'yes': 1}"), "model-rejected"),
    ],
)
def test_what_breaks_the_protocol_ends(series: Hosted, script: str, code: str | None) -> None:
    submission = sent(series, script)
    done = work_once(series.store, series.worker)
    assert done is not None and done.outcome == "failed"
    found = entry(series.store, series.world.team, submission)
    assert found.code == (code or "model-protocol")
    assert host_detail(series.store, organiser_here(), submission)
    if found.code == "model-protocol":
        assert ENDINGS["protocol"] in found.reason


def test_a_cheat_gets_no_row_of_the_future(series: Hosted) -> None:
    """The best a model can do for a day is what it was shown up to that day."""
    script = LOOP + (
        "days = set()\n"
        "while (told := hear()) is not None:\n"
        "    if days and told['day'] < max(days):\n"
        "        raise SystemExit('an earlier day came later')\n"
        "    days.add(told['day'])\n"
        "    if any(set(row) != {'value'} for row in told['rows']):\n"
        "        raise SystemExit('a row holds more than was measured')\n"
        "    say({'answers': {c: both(0.5) for c in told['cases']}})\n"
    )
    sent(series, script)
    done = work_once(series.store, series.worker)
    assert done is not None and done.outcome == "scored", done and done.detail


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("cases.csv", "case,day\n", "no column series"),
        ("measurements.csv", "series,day,value\ns,monday,1\n", "neither a whole number nor"),
        ("measurements.csv", None, "cannot be read"),
    ],
)
def test_broken_series_are_the_organisers_matter(
    series: Hosted, file: str, text: str | None, message: str
) -> None:
    place = series.folder / "inputs" / "public"
    (place / file).unlink() if text is None else (place / file).write_text(text)
    with pytest.raises(HostError, match=message):
        days_of(place, series.world.card, Streaming())
