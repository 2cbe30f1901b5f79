"""The check report: stable, the same everywhere, silent about hidden labels."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import SubmissionRejected
from workbench.scoring import CheckReport, check_report, checked, score

KEYS = ["0001", "0002", "0003"]
HEAD = "case,benign,low,high,invasive\n"
GOOD = HEAD + "0001,1,0,0,0\n0002,0.25,0.25,0.25,0.25\n0003,.1,.2,.3,4e-1\n"
BAD = HEAD + "0001,1,0,0,0\n0001,0,5,0,0\n4,nan,1e309,0,0\n"


def test_a_good_file(challenge) -> None:
    report, table = checked(GOOD.encode(), challenge, KEYS)
    assert report.accepted
    assert (report.n_problems, report.n_missing, report.n_cases) == (0, 0, 3)
    assert table is not None
    shuffled = "\n".join([HEAD.strip(), *reversed(GOOD.splitlines()[1:])])
    other = check_report(shuffled.encode(), challenge, KEYS)
    assert other.answers == report.answers
    assert other.file != report.file


def test_a_bad_file(challenge) -> None:
    report, table = checked(BAD.encode(), challenge, KEYS)
    assert table is None
    assert not report.accepted
    assert report.counts == {
        "duplicate-row": 1, "extra-row": 1, "infinite": 1, "missing-row": 2, "missing-value": 1,
        "out-of-range": 1,
    }  # fmt: skip
    assert isinstance(report.error(), SubmissionRejected)
    first = next(p for p in report.problems if p.code == "out-of-range")
    assert (first.row, first.column, first.key, first.value) == (2, "low", "0001", "5")


def test_json_is_stable_and_complete(challenge) -> None:
    report = check_report(BAD.encode(), challenge, KEYS)
    content = json.loads(report.to_json())
    assert CheckReport.model_validate(content) == report
    assert all(
        set(problem) == {"code", "column", "key", "message", "remedy", "row", "value", "where"}
        for problem in content["problems"]
    )
    assert report.to_json() == check_report(BAD.encode(), challenge, reversed(KEYS)).to_json()


def test_long_lists_are_cut_and_counted(challenge) -> None:
    keys = [f"k{i}" for i in range(3000)]
    report = check_report(HEAD.encode(), challenge, keys)
    assert (report.n_problems, len(report.problems)) == (3000, 1000)
    assert report.counts == {"missing-row": 3000}
    assert "3000 missing-row; 1,000 of them are listed" in report.error().message


def test_same_bytes_in_another_process(challenge) -> None:
    program = (
        "import sys; from workbench.scoring import check_report, load_challenge;"
        "sys.stdout.write(check_report(sys.stdin.buffer.read(), load_challenge('tissue-lesions'),"
        "['0003', '0001', '0002']).to_json())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=BAD.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "LC_ALL": "C"},
    )
    assert done.stdout == check_report(BAD.encode(), challenge, KEYS).to_json().encode()


CLASSES = ["benign", "low", "high", "invasive"]
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(st.one_of(TEXT, st.sampled_from(["1", "0", "0.5", "0,5", "nan"])), min_size=12,
                   max_size=12),
    labels=st.permutations(["benign", "low", "high"]),
    policy=st.sampled_from(["reject", "worst"]),
)  # fmt: skip
def test_hidden_labels_change_no_byte_before_the_score(challenge, cells, labels, policy) -> None:
    """Scoring with one set of labels or another: the participant's report is the same."""
    card = challenge.model_copy(update={"missing_value_policy": policy})
    rows = [",".join([key, *cells[4 * i : 4 * i + 4]]) for i, key in enumerate(KEYS)]
    content = (HEAD + "\n".join(rows)).encode()
    seen = set()
    for answer in (labels, ["invasive"] * 3):
        truth = pd.DataFrame({"case": KEYS, "patient": ["a", "b", "c"], "label": answer})
        report = check_report(content, card, truth["case"])
        shown = report.to_json()
        if not report.accepted:
            with pytest.raises(SubmissionRejected) as caught:
                score(content, truth, card, resamples=100)
            shown += caught.value.render()
        seen.add(shown)
    assert len(seen) == 1
