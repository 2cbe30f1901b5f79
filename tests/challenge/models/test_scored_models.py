"""A model that is sent: run on hidden inputs, kept, and scored as a file is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.challenge.store import tables
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.tables import PROJECTED
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import (
    entry,
    submit,
)

from ..submissions.world import answer  # noqa: TID252
from .hosted import GOOD, HEAD, Hosted
from .sent import done_of, send, sheet_of


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
