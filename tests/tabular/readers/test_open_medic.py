"""Open Medic: masked cells, published grains, negative boxes, headers that drift."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.tabular.readers.delimited import Renamed
from workbench.tabular.readers.open_medic import PublishedCells, read_open_medic

HEADER = "ATC5;CIP13;AGE;SEXE;BEN_REG;BOITES;REM;NBC"


def read(tmp_path: Path, *lines: str, header: str = HEADER, **more: float) -> PublishedCells:
    path = tmp_path / "OPEN_MEDIC_2019.csv"
    path.write_bytes("\r\n".join([header, *lines]).encode("cp1252"))
    return read_open_medic(path, 2019, **more)  # type: ignore[arg-type]


def decided(cells: PublishedCells) -> dict[str, int]:
    return cells.ledger.decision_table().groupby("code")["rows"].sum().to_dict()


def test_a_masked_cell_is_an_interval_and_never_zero(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "A02BC01;3400933208639;20;1;11;40;1.234,56;",
        "A02BC01;3400933208639;60;2;11;90;10,00;25",
    )
    masked, known = found.cells.iloc[0], found.cells.iloc[1]
    assert pd.isna(masked.exposed) and masked.masked
    assert (masked.low, masked.high) == (1, 10) and masked.reimbursed_eur == 1234.56
    assert (known.exposed, known.low, known.high, known.age, known.sex) == (25, 25, 25, "60+", "F")
    assert decided(found)["masked-cell"] == 1
    assert read(tmp_path, "A02BC01;1;20;1;11;4;1;<11", threshold=6).cells["high"].tolist() == [5]


def test_negative_boxes_are_kept_and_counted(tmp_path: Path) -> None:
    found = read(tmp_path, "A02BC01;1;20;1;11;-13;-40,2;12", "A02BC01;2;20;1;11;30;4;12")
    assert found.cells["boxes"].tolist() == [-13, 30] and decided(found)["negative-boxes"] == 1


def test_only_the_published_grain_is_given(tmp_path: Path) -> None:
    found = read(tmp_path, "A02BC01;1;20;1;11;4;1;12", "A02BC01;2;20;1;11;4;1;12")
    assert len(found.at(["sex", "age", "region", "cip13", "atc5"])) == 2
    with pytest.raises(UsageError, match="do not add up"):
        found.at(["atc5", "age", "sex", "region"])


def test_an_error_shows_no_row() -> None:
    rows = pd.DataFrame({"atc5": ["A02BC01", "A02BC01"], "n": ["77", "78"]})
    with pytest.raises(DataError) as error:
        read_open_medic(Renamed(rows, {"n": "patients"}), 2019)
    assert "77" not in error.value.render() and "78" not in error.value.render()


def test_two_rows_of_one_cell_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="repeated-cell"):
        read(tmp_path, "A02BC01;1;20;1;11;4;1;12", "A02BC01;1;20;1;11;4;1;14")


def test_headers_drift_in_case_and_the_order_does_not_matter(tmp_path: Path) -> None:
    found = read(tmp_path, "25;1;60;A02BC01", header="nbc;sexe;Age;atc5")
    assert found.grain == ("atc5", "age", "sex")
    assert found.cells.iloc[0][["exposed", "sex", "age"]].tolist() == [25, "M", "60+"]


def test_a_count_that_is_no_whole_number_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="too-many-unknown-codes"):
        read(tmp_path, "A02BC01;1;20;1;11;4;1;-3")
    lines = [f"A02BC01;{n};20;1;11;4;1;12" for n in range(9)]
    found = read(tmp_path, *lines, "A02BC01;10;20;1;11;4;1;1,5", max_rejected=0.2)
    assert len(found.cells) == 9 and found.ledger.reject_table()["code"].tolist() == ["1,5"]


def test_unknown_age_and_sex_stay_cells_of_their_own(tmp_path: Path) -> None:
    found = read(tmp_path, "A02BC01;1;99;9;11;4;1;12", "A02BC01;1;0;1;11;4;1;12")
    assert found.cells["age"].tolist()[1] == "0-19" and found.cells["sex"].isna().tolist()[0]
    assert decided(found)["unknown-age"] == 1 and decided(found)["unknown-sex"] == 1
