"""``workbench audit verify --store`` says whether a store is whole, and ends with 3 when not."""

from __future__ import annotations

import json

import pytest

from workbench.cli.main import main

from .opened import Opened
from .test_verify import tamper


def test_a_whole_store_is_said_to_be_whole(
    opened: Opened, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--store", place]) == 0
    assert capsys.readouterr().out == "5 records, unbroken\n"


def test_an_edited_score_is_named_with_exit_code_3(
    opened: Opened, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened.store.writing() as transaction:
        new = opened.send(transaction)
        opened.score(transaction, new, 0.5)
    tamper(opened.store, "UPDATE score SET released = 0.9")
    assert main(["audit", "verify", "--store", place, "--json"]) == 3
    found = json.loads(capsys.readouterr().out)
    assert (found["records"], found["head"]) == (7, opened.store.head().hash)
    (problem,) = found["problems"]
    assert problem["code"] == "row-changed"
    assert problem["where"] == "score s-000006, public, v-000002, column released"
    assert main(["audit", "verify", "--store", place]) == 3
    assert "holds 0.9, the events say 0.5" in capsys.readouterr().out


def test_a_store_that_is_absent_is_not_made(
    new_place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "verify", "--store", new_place]) == 3
    assert "there is no store" in capsys.readouterr().err
    assert main(["audit", "verify", "--store", new_place, "--log", "x"]) == 2
