"""What a challenge gives models of its sample is checked before it opens."""

from pathlib import Path

import pytest

from workbench.challenge.pack import check_pack
from workbench.scoring import Challenge, load_challenge

from ..submissions.world import keys, write_pack  # noqa: TID252


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = write_pack(tmp_path, {"models": {"accepted": True, "sample_inputs": "inputs"}})
    (folder / "inputs").mkdir()
    (folder / "inputs" / "cases.csv").write_text("\n".join(["case", *keys("sample"), ""]))
    return folder


def codes(card: Challenge | Path) -> list[str]:
    return [problem.code for problem in check_pack(card).problems]


def test_a_list_of_the_samples_cases_is_enough(pack: Path) -> None:
    assert codes(pack) == []
    found = {one.check: one.outcome for one in check_pack(pack).findings}
    assert found["inputs of models"] == "ok"


def test_inputs_that_are_absent_or_of_other_cases_are_found(pack: Path) -> None:
    (pack / "inputs" / "cases.csv").write_text("case\nelsewhere\n")
    assert codes(pack) == ["wrong-cases"]
    (pack / "inputs" / "cases.csv").unlink()
    assert codes(pack) == ["no-inputs"]


def test_a_column_of_labels_among_the_inputs_is_found(pack: Path) -> None:
    (pack / "inputs" / "more").mkdir()
    (pack / "inputs" / "more" / "table.csv").write_text("case,label\n")
    assert codes(pack) == ["label-among-inputs"]


def test_the_shipped_challenge_gives_inputs() -> None:
    found = {
        one.check: one.outcome for one in check_pack(load_challenge("tissue-lesions")).findings
    }
    assert found["inputs of models"] == "ok"
