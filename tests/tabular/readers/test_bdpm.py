"""The real BDPM files, in UTF-8 and in CP1252, and files that changed."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.tabular.readers.bdpm import read_bdpm, with_codes
from workbench.tabular.readers.ledger import Ledger

PACK = (
    "60002283\t4949729\tplaquette de 30 comprimé(s)\tactive\tDéclaration\t16/03/2011\t"
    "3400949497294\toui\t100%\t31,59\t32,61\t1,02\t"
)
OTHER = PACK.replace("60002283", "60002504").replace("3400949497294", "3400933208639")
SALT = "60002504\tcomprimé\t25783\tRANITIDINE (CHLORHYDRATE DE)\t168 mg\tun comprimé\tSA\t1\t"
BASE = "60002504\tcomprimé\t49632\tRANITIDINE BASE\t150 mg\tun comprimé\tFT\t1\t"
FIRST = "60002283\tcomprimé\t42215\tANASTROZOLE\t1,00 mg\tun comprimé\tSA\t1\t"


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def read(folder: Path, *packs: str, compositions: tuple[str, ...] = (FIRST, SALT, BASE)):  # type: ignore[no-untyped-def]
    return read_bdpm(write(folder / "p.txt", *packs), write(folder / "c.txt", *compositions))


def test_the_real_files(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "adverse_events"
    found = read_bdpm(
        folder / "CIS_CIP_bdpm.txt", folder / "CIS_COMPO_bdpm.txt", names=folder / "CIP13.csv"
    )
    assert len(found.product) == 20526 and found.product["cip13"].is_unique
    product = found.product.set_index("cip13")
    assert product.loc["3400949497294", "substance"] == "ANASTROZOLE"
    assert product.loc["3400933208639", ["cis", "substance"]].tolist() == [
        "60002504",
        "RANITIDINE BASE",
    ]
    packs = found.packs.set_index("cip13")
    assert packs.loc["3400949497294", "price_eur"] == 31.59
    assert packs.loc["3400949497294", "declared"] == pd.Timestamp("2011-03-16")
    decided = found.ledger.decision_table().set_index("code")["rows"]
    assert decided["no-name"] == 69
    # The original files are CP1252: the same content, another encoding, the same table.
    for name in ("CIS_CIP_bdpm.txt", "CIS_COMPO_bdpm.txt"):
        text = (folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_bytes(text.encode("cp1252", errors="replace"))
    again = read_bdpm(tmp_path / "CIS_CIP_bdpm.txt", tmp_path / "CIS_COMPO_bdpm.txt")
    assert again.product[["cip13", "cis"]].equals(found.product[["cip13", "cis"]])
    assert again.product["substance"].str.contains("É").sum() > 0
    assert "cp1252" in again.ledger.decision_table()["message"].iloc[0]


def test_the_moiety_stands_for_its_salt(tmp_path: Path) -> None:
    found = read(tmp_path, PACK, OTHER)
    assert found.product["substance"].tolist() == ["ANASTROZOLE", "RANITIDINE BASE"]
    several = read(tmp_path, PACK, compositions=(FIRST, FIRST.replace("42215\tAN", "00001\tZN")))
    assert several.product["substance"].tolist() == ["ANASTROZOLE + ZNASTROZOLE"]


def test_a_pack_under_two_specialities_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, PACK, PACK.replace("60002283", "60002504"))
    decided = found.ledger.decision_table().set_index("code")["rows"]
    assert len(found.product) == 2 and decided["pack-of-several-specialities"] == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (PACK + "\tnew column", "wrong-field-count"),
        (PACK.replace("3400949497294", "4949729"), "changed-layout"),
        (PACK.replace("16/03/2011", "2011-03-16"), "changed-layout"),
        (PACK.replace("3400949497294", "3400949497295"), "too-many-unknown-codes"),
    ],
)
def test_a_changed_file_is_refused(tmp_path: Path, line: str, code: str) -> None:
    with pytest.raises(DataError, match=code):
        read(tmp_path, line, OTHER)


def test_mixed_encodings_are_refused_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "p.txt"
    path.write_bytes(f"{PACK}\n".encode() + f"{OTHER}\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"mixed-encodings") as error:
        read_bdpm(path, write(tmp_path / "c.txt", FIRST))
    assert "first: line 1" in error.value.render() and "first: line 2" in error.value.render()


def test_the_users_codes_join_without_making_rows(tmp_path: Path) -> None:
    product = read(tmp_path, PACK, OTHER).product
    codes = pd.DataFrame({"CIP13": ["3400949497294"], "ATC5": ["L02BG03"], "DDD_PER_BOX": ["30"]})
    ledger = Ledger("codes")
    coded = with_codes(product, codes, ledger)
    assert coded["atc5"].iloc[0] == "L02BG03" and coded["ddd_per_box"].iloc[0] == 30
    assert ledger.decision_table().set_index("code").loc["no-atc", "rows"] == 1
    twice = pd.concat([codes, codes.assign(ATC5="L02BG04")])
    with pytest.raises(DataError, match="repeated-key"):
        with_codes(product, twice, Ledger("codes"))
    with pytest.raises(DataError, match="not-positive-ddd"):
        with_codes(product, codes.assign(DDD_PER_BOX="0"), Ledger("codes"))
