"""A challenge that takes models, on pages: what may be sent, what is wrong with it, what came."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workbench.challenge.models import Models, place_here
from workbench.challenge.models.runner import NO_TABLE
from workbench.challenge.store.submission_events import ModelRan, SubmissionFailed
from workbench.challenge.submissions import Labels, work
from workbench.sandbox import ENDINGS, Tier, probe
from workbench.sandbox.outcome import memory_bucket, time_bucket
from workbench.scoring.card_models import ModelRules, Streaming
from workbench.server.settings import Rates
from workbench.site.model_rules import model_lines
from workbench.site.router import site
from workbench.site.said import translated
from workbench.site.words import words_of

from ..challenge.models.archived import archive  # noqa: TID252
from ..challenge.models.hosted import GOOD as SCRIPT  # noqa: TID252
from ..challenge.models.hosted import MANIFEST, RULES, write_inputs, write_model  # noqa: TID252
from ..challenge.submissions.world import answer  # noqa: TID252
from ..server.conftest import Served, serve_world  # noqa: TID252
from .conftest import Visit, signed_in

HOME = "/challenges/demo/submissions"
RATES = Rates(10**6, 10**6, 10**6)
LIMITS = RULES["limits"] | {"archive_mb": 50}
ENVIRONMENT = {"limits": LIMITS, "packages": ["numpy==2.0.0"], "python": "3.11"}
GOOD = archive(lambda made: None)


def made(manifest: str, *names: str) -> bytes:
    """Return an archive with a manifest and some files."""

    def fill(to: zipfile.ZipFile) -> None:
        to.writestr("workbench-model.yaml", manifest)
        for name in names:
            to.writestr(name, "pass")

    return archive(fill, whole=False)


BAD = {
    "no archive": answer(),
    "broken": b"PK and so on",
    "names": made(MANIFEST, "predict.py", "../up", "PREDICT.py", "a?b", "d/" * 30 + "x"),
    "a folder is a file": made(MANIFEST, "predict.py", "predict.py/x"),
    "bomb": archive(lambda to: to.writestr("zeros", bytes(6 << 20))),
    "no manifest": archive(lambda to: to.writestr("predict.py", ""), whole=False),
    "too deep": archive(lambda to: to.writestr("a/workbench-model.yaml", ""), whole=False),
    "no yaml": made("a: [", "predict.py"),
    "a list": made("- a", "predict.py"),
    "twice": made(MANIFEST + "name: b\n", "predict.py"),
    "an alias": made("a: &a 1\nb: *a\n", "predict.py"),
    "keys": made("schema_version: 2\nodd: 1\nscript: ../x.py\n", "predict.py"),
    "neither": made("schema_version: 1\nname: a\n", "predict.py"),
    "no script": made(MANIFEST),
    "asks too much": made(
        MANIFEST + "python: '3.9'\npackages: [torch]\n"
        "resources: {wall_s: 9, memory_mb: 999, gpu: true}\n",
        "predict.py",
    ),
}


@contextmanager
def serve_takes(place: Path, **changes: Any) -> Iterator[Served]:
    """Serve a challenge that takes models."""
    write_inputs(place / "challenge" / "pack" / "inputs")
    card = {"models": RULES | changes}
    with serve_world(place, card, routers=[site()], rates=RATES) as found:
        yield found


@pytest.fixture(scope="module")
def takes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a challenge that takes models."""
    with serve_takes(tmp_path_factory.mktemp("models"), **ENVIRONMENT) as found:
        yield found


def told(visit: Visit, language: str, content: bytes, do: str, kind: str = "model") -> str:
    """Send the form; return the page's text."""
    fields = {"csrf": visit.csrf(), "phase": "open", "kind": kind, "do": do}
    return visit.upload(f"/{language}{HOME}", fields, content).body.decode()


def test_the_form_says_what_may_be_sent(takes: Served, served: Served) -> None:
    one = signed_in(takes, "one").get(f"/en{HOME}").body.decode()
    assert 'name="kind"' in one and "a model, as a zip archive" in one
    assert "at the top, at most 50 MiB" in one, "the smaller limit of server and card"
    other = signed_in(served, "one").get(f"/en{HOME}").body.decode()
    assert 'name="kind"' not in other and "zip archive" not in other


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("5 s from start to end", "200 MiB of memory", "archive of 50 MiB", "tier sealed")),
        (
            "fr",
            ("5 s du début à la fin", "200 Mio de mémoire", "archive de 50 Mio", "niveau sealed"),
        ),
    ],
)
def test_a_challenge_says_how_to_send_a_model_and_what_holds_it(
    takes: Served, served: Served, language: str, words: tuple[str, ...]
) -> None:
    text = takes.ask("GET", f"./{language}/challenges/demo").body.decode()
    for wanted in (*words, "Python 3.11, numpy==2.0.0"):
        assert wanted in text
    assert "<code>workbench submit model my_model --challenge demo</code>" in text
    pack = takes.place / "public" / "demo" / "pack"
    pack.mkdir(parents=True, exist_ok=True)
    (pack / "challenge.yaml").write_text("id: demo\n")
    again = takes.ask("GET", f"./{language}/challenges/demo").body.decode()
    shutil.rmtree(pack.parent)
    assert "<code>workbench submit model my_model --challenge demo/pack</code>" in again
    other = served.ask("GET", f"./{language}/challenges/demo").body.decode()
    assert "submit model" not in other and "sealed" not in other


def test_every_rule_of_models_has_its_words() -> None:
    for streaming, python, packages, gpu in (
        (None, "", [], True),
        (Streaming(), "3.12", [], False),
    ):
        for tier in ("sealed", "namespaces"):
            rules = ModelRules(
                accepted=True,
                tier=tier,
                streaming=streaming,
                python=python,
                packages=packages,
                gpu=gpu,
            )
            english, french = (model_lines(rules, words_of(one)) for one in ("en", "fr"))
            assert len(english) == len(french) == 7
            same = {one for _, points in english for one in points}
            same &= {one for _, points in french for one in points}
            assert not same, same
    assert not model_lines(ModelRules(), words_of("en"))


@pytest.mark.parametrize("do", ["check", "send"])
@pytest.mark.parametrize("name", BAD)
def test_every_problem_of_an_archive_is_told_in_both_languages(
    takes: Served, name: str, do: str
) -> None:
    visit = signed_in(takes, "one")
    sent = "/challenges/demo/submissions?kind=model"
    problems = takes.ask("POST", sent, "one", body=BAD[name]).json["error"]["problems"]
    for language in ("en", "fr"):
        text = told(visit, language, BAD[name], do)
        rows = re.findall(r"<tr>(.*?)</tr>", text.split('class="problems"')[1], re.S)[1:]
        codes = [re.findall(r'<code class="sub">([a-z-]+)</code>', row)[0] for row in rows]
        assert codes == [problem["code"] for problem in problems] and codes
        assert '<option value="model" selected>' in text
        if language == "fr":
            english = re.findall(r'<span lang="en">(.*?)</span>', "".join(rows))
            assert not english, "these stay English: write them into said.fr.yaml"
    assert not takes.ask("GET", "/submissions", "one").json, "nothing was taken"


def test_a_good_archive_is_checked_without_being_sent(takes: Served) -> None:
    visit = signed_in(takes, "one")
    text = told(visit, "en", GOOD, "check")
    assert "The archive is fine." in text and "model a model, 2 files" in text
    assert "workbench submit model FOLDER --challenge demo --check" in text
    assert not takes.ask("GET", "/submissions", "one").json


def test_a_challenge_without_models_refuses_one_whatever_the_form_says(served: Served) -> None:
    visit = signed_in(served, "one")
    for do in ("check", "send"):
        assert "n&#39;accepte pas de modèles" in told(visit, "fr", GOOD, do)
        assert "pas de soumission de cette nature" in told(visit, "fr", GOOD, do, "kernel")
    assert not served.ask("GET", "/submissions", "one").json


@pytest.fixture
def ran(tmp_path: Path) -> Iterator[Served]:
    """A server where a model was sent by the form, and failed when it was run."""
    with serve_takes(tmp_path) as found:
        fields = {"phase": "open", "kind": "model", "do": "send"}
        visit = signed_in(found, "one")
        sent = visit.upload(f"/en{HOME}", fields | {"csrf": visit.csrf()}, GOOD)
        assert sent.status == 303
        entry = found.ask("GET", "/submissions/last", "one").json
        assert entry["kind"] == "model" and entry["id"] in sent.headers["location"]
        run = ModelRan(
            submission=entry["id"],
            phase="open",
            code="timeout",
            time="1 to 10 s",
            memory="under 256 MiB",
            tier="sealed",
            backend="bubblewrap",
            streaming=False,
            predictions=None,
        )
        reason = f"the model: {ENDINGS['timeout']} (time: {run.time}; memory: {run.memory})"
        failed = SubmissionFailed(submission=entry["id"], code="model-timeout", reason=reason)
        with found.world.store.writing("worker") as transaction:
            transaction.append(run, challenge="demo")
            transaction.append(failed, challenge="demo")
            detail = "it printed: HIDDEN"
            transaction.set_secret("submission", entry["id"], host_detail=detail)
        yield found


def test_a_team_reads_of_a_run_what_the_entry_says_and_no_more(ran: Served) -> None:
    entry = ran.ask("GET", "/submissions/last", "one").json
    visit = signed_in(ran, "one")
    for path in (HOME, f"{HOME}/{entry['id']}"):
        english = visit.get(f"/en{path}").body.decode()
        assert entry["reason"] in english and "model-timeout" in english
        french = visit.get(f"/fr{path}").body.decode()
        assert "il a dépassé son temps (durée : 1 à 10 s ; mémoire : moins de 256 Mio)" in french
        for text in (english, french):
            assert "HIDDEN" not in text and "bubblewrap" not in text
    assert ">model</td>" in visit.get(f"/en{HOME}").body.decode()
    organiser = signed_in(ran, "organiser").get(f"/en{HOME}/{entry['id']}").body.decode()
    assert "it printed: HIDDEN" in organiser


def test_all_that_may_come_of_a_run_is_told_in_french() -> None:
    times = {time_bucket(10.0**n) for n in range(-1, 6)}
    sizes = {memory_bucket(n) for n in (None, 1, 300, 2000, 5000, 20_000, 99_999)}
    endings = set(ENDINGS.values()) | {"it left no single predictions.csv or predictions.parquet"}
    assert len(times) == 6 and len(sizes) == 7 and NO_TABLE == "no-predictions"
    stay = [text for text in times | sizes | endings if translated(text, "fr") in (None, text)]
    assert not stay, "write these into said.fr.yaml"


@pytest.mark.skipif(probe().tier < Tier.SEALED, reason="no sealed sandbox here")
def test_a_model_that_is_sent_by_the_form_is_run_and_scored(tmp_path: Path) -> None:
    def fill(to: zipfile.ZipFile) -> None:
        for path in write_model(tmp_path / "model", SCRIPT).iterdir():
            to.write(path, path.name)

    with serve_takes(tmp_path) as found:
        visit = signed_in(found, "one")
        fields = {"csrf": visit.csrf(), "phase": "open", "kind": "model", "do": "send"}
        sent = visit.upload(f"/en{HOME}", fields, archive(fill, whole=False))
        inputs = write_inputs(tmp_path / "inputs")
        world = found.world
        models = Models(inputs, place_here(secret=(world.labels,)))
        done = list(work(world.store, Labels(world.labels, models), idle_s=None))
        assert [one.outcome for one in done] == ["scored"], done
        page = visit.get(sent.headers["location"]).body.decode()
        assert "scored" in page and ">model</td>" in page
