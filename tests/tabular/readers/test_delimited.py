"""Encodings, headers and lines: what is read as it is, and what is refused with its place."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError, UsageError
from workbench.tabular.readers.contracts import Column, Contract, Variant
from workbench.tabular.readers.delimited import Renamed, read_table
from workbench.tabular.readers.encodings import detect_bytes, detect_encoding
from workbench.tabular.readers.ledger import Ledger
from workbench.tabular.readers.registry import SOURCES, headers

CONTRACT = Contract(
    "packs",
    (Column("cip13", ("code_cip",)), Column("label"), Column("n", needed=False)),
    (Variant(2014, 2016, (("libelle", "label"),)),),
)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"abc\n", "ascii"),
        ("é\n".encode(), "utf-8"),
        ("é\n".encode("utf-8-sig"), "utf-8-sig"),
        ("é\n".encode("utf-16"), "utf-16"),
        ("é œ €\n".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_found_from_all_bytes(data: bytes, name: str) -> None:
    assert detect_bytes(data, "x").name == name


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("é\n".encode() + "é\n".encode("cp1252"), "mixed-encodings"),
        (b"a\x00b", "no-text"),
        (b"a\x81\xe9", "unknown-encoding"),
    ],
)
def test_what_cannot_be_decoded_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(DataError, match=code):
        detect_bytes(data, "x")


def test_text_encoded_twice_is_counted() -> None:
    twice = "comprimé".encode().decode("cp1252").encode()
    assert detect_bytes(twice, "x").encoded_twice == 1


def test_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        detect_encoding(tmp_path / "none.csv")


def read(tmp_path: Path, text: str, encoding: str = "utf-8", **more: int) -> pd.DataFrame:
    path = tmp_path / "packs.csv"
    path.write_bytes(text.encode(encoding))
    return read_table(path, CONTRACT, Ledger("packs"), **more)  # type: ignore[arg-type]


def test_cells_stay_text_with_leading_zeros_in_any_encoding(tmp_path: Path) -> None:
    text = 'LABEL;CIP13;other\n"a;b é";007;x\n;NA;y\n'
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        rows = read(tmp_path, text, encoding)
        assert rows["cip13"].tolist() == ["007", "NA"]
        assert rows["label"].iloc[0] == "a;b é" and rows["label"].isna().iloc[1]
        assert rows["n"].isna().all()


def test_a_year_has_headers_of_its_own(tmp_path: Path) -> None:
    text = "cip13,libelle\n1,a\n"
    assert read(tmp_path, text, year=2015)["label"].tolist() == ["a"]
    with pytest.raises(DataError, match=r"no column 'label'.*missing-column"):
        read(tmp_path, text, year=2019)


def test_the_user_translates_a_changed_header(tmp_path: Path) -> None:
    rows = pd.DataFrame({"cip13": ["1"], "texte": ["a"]})
    source = Renamed(rows, {"texte": "label"})
    assert read_table(source, CONTRACT, Ledger("packs"))["label"].tolist() == ["a"]
    with pytest.raises(UsageError, match="did you mean 'label'"):
        read_table(Renamed(rows, {"texte": "labell"}), CONTRACT, Ledger("packs"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cip13,labell\n1,a\n", "did you mean 'labell'"),
        ("cip13,label,LABEL\n1,a,b\n", "repeated-column"),
        ("cip13,CODE_CIP,label\n1,1,b\n", "ambiguous-column"),
        ("cip13,label\n1\n", "wrong-field-count"),
        ("cip13,label\n1,a,b\n", "wrong-field-count"),
        ("", "no header"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(DataError, match=code):
        read(tmp_path, text)


def test_all_missing_columns_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as error:
        read(tmp_path, "x,y\n1,2\n")
    assert [problem.code for problem in error.value.problems] == ["missing-column"] * 2


def test_numbers_and_days_of_a_frame_become_plain_text() -> None:
    rows = pd.DataFrame({"cip13": [7.0, None], "label": pd.to_datetime(["2019-01-02", None])})
    found = read_table(rows, CONTRACT, Ledger("packs"))
    assert found["cip13"].iloc[0] == "7" and found["label"].iloc[0] == "2019-01-02"
    assert found.isna().sum().sum() == 4


def test_the_registry_lists_every_column_of_every_source() -> None:
    for source in SOURCES:
        table = headers(source)
        assert len(table) and table["headers"].str.len().gt(0).all()
        assert (table["headers"] == table["headers"].str.lower()).all()
    assert "ben_nir_psa, num_enq" in headers("snds")["headers"].tolist()
    with pytest.raises(UsageError, match="did you mean 'faers'"):
        headers("faer")
