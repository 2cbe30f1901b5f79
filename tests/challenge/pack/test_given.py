"""Understanding a labels file: what is detected, what is stated, what is never assumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.challenge.pack import Question, understand
from workbench.errors import DataError, UsageError

LABEL_COLUMN = "case,patient,site,diagnosis\na1,p1,x,yes\na2,p1,x,no\nb1,p2,y,no\n"
ONE_HOT = "filename,0,1,2\nC01_B1.tif,1,0,0\nC01_B2.tif,0,1,0\nC02_B1.tif,0,0,1\n"


@pytest.fixture
def written(tmp_path: Path):
    def write(text: str) -> Path:
        path = tmp_path / "labels.csv"
        path.write_text(text)
        return path

    return write


def test_a_label_column(written) -> None:
    given = understand(written(LABEL_COLUMN), Question(unit="patient", classes=("no", "yes")))
    assert (given.key, given.unit, given.label, given.classes) == (
        "case", "patient", "diagnosis", ["no", "yes"]
    )  # fmt: skip
    assert given.labels.columns.tolist() == ["case", "patient", "diagnosis"]
    assert any("'case' is the key" in text for text in given.assumed)


def test_the_order_of_named_classes_is_never_assumed(written) -> None:
    with pytest.raises(UsageError, match=r"order of the classes no, yes.*(?s:.)*--classes no,yes"):
        understand(written(LABEL_COLUMN), Question(unit="patient"))


def test_one_hot_columns_with_a_unit_from_the_name(written) -> None:
    question = Question(
        unit="centre", unit_pattern=r"^(C\d+)_", classes=("benign", "low", "invasive")
    )
    given = understand(written(ONE_HOT), question)
    assert given.labels["centre"].tolist() == ["C01", "C01", "C02"]
    assert given.labels["label"].tolist() == ["benign", "low", "invasive"]
    assert given.columns == {"0": "benign", "1": "low", "2": "invasive"}


def test_the_unit_is_never_assumed(written) -> None:
    with pytest.raises(UsageError, match="never assumed"):
        understand(written(LABEL_COLUMN), Question())
    given = understand(written(LABEL_COLUMN), Question(unit="case", classes=("no", "yes")))
    assert given.unit == given.key == "case"


def test_a_unit_that_stands_in_two_centres_is_told(written) -> None:
    question = Question(unit_pattern="B[0-9]+", centre_pattern="C[0-9]+")
    given = understand(written(ONE_HOT), question)
    assert any("1 values of 'unit' stand in several centres" in text for text in given.assumed)


def test_numbers_are_classes_in_their_order(written) -> None:
    rows = "".join(f"k{i},p{i},{i % 3 * 5}\n" for i in range(9))
    given = understand(written("id,who,grade\n" + rows), Question(unit="who"))
    assert given.classes == ["0", "5", "10"]


@pytest.mark.parametrize(
    ("text", "question", "error", "message"),
    [
        (LABEL_COLUMN, Question(unit="pateint"), UsageError, "did you mean 'patient'"),
        (LABEL_COLUMN, Question(unit="patient", key="site"), DataError, "stands twice"),
        (LABEL_COLUMN, Question(unit="patient", label="case2"), UsageError, "did you mean 'case'"),
        (LABEL_COLUMN, Question(unit="patient", classes=("no", "yess")), UsageError, "'yess'"),
        (ONE_HOT, Question(unit_pattern="D"), DataError, "3 keys do not follow"),
        (ONE_HOT, Question(unit_pattern="("), UsageError, "no regular expression"),
        (ONE_HOT, Question(unit="filename", classes=("a", "b")), UsageError, "3 one-hot columns"),
        ("k,p,a,b\n1,1,x,y\n2,2,y,x\n", Question(unit="p"), UsageError, "cannot be told: a, b"),
        ("k,p,l\n1,,x\n2,2,y\n", Question(key="k", unit="p"), DataError, "have no unit"),
        ("k,p,l\n1,1,x\n1,2,y\n", Question(unit="p", key="k"), DataError, "'1' stands twice"),
        ("k,p\n", Question(unit="p"), DataError, "no row"),
        ("", Question(unit="p"), DataError, "broken"),
    ],
)
def test_what_cannot_be_told_is_asked(written, text, question, error, message) -> None:
    with pytest.raises(error, match=message):
        understand(written(text), question)
