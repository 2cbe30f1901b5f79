"""Rows come through the data door: who objected is in no table and in no count."""

import os
from pathlib import Path

from workbench import data
from workbench.tabular.readers.bnpv import read_bnpv

ROWS = {
    "cases": "numero_cas,date_reception,age,unite_age,sexe,gravite\n"
    "PS007,2019-04-03,61,ans,F,oui\nPS008,2019-04-04,62,ans,M,non\n",
    "effects": "numero_cas,pt\nPS007,a\nPS008,b\n",
    "drugs": "numero_cas,medicament,role\nPS007,X,S\nPS008,Y,S\n",
    "notifiers": "numero_cas,type_notificateur\nPS007,MD\nPS008,MD\n",
}


def card(folder: Path) -> data.DataCard:
    tables = []
    for name, text in ROWS.items():
        (folder / f"{name}.csv").write_text(text)
        columns = text.split("\n")[0].split(",")
        fields = tuple(
            data.Field(name=c, type="string", role="person" if c == "numero_cas" else "feature")
            for c in columns
        )
        tables.append(data.Table(name=name, path=f"{name}.csv", key=("numero_cas",), fields=fields))
    return data.DataCard(
        name="reports", version="1.0", title="Two reports", licence="CC0-1.0",
        legal_basis="synthetic", person_key="numero_cas", tables=tuple(tables),
    )  # fmt: skip


def test_a_person_who_objected_reaches_no_table(tmp_path: Path) -> None:
    data.write_card(card(tmp_path), tmp_path)
    home = Path(os.environ["WORKBENCH_HOME"])
    home.mkdir(parents=True, exist_ok=True)
    (home / "opt_outs.csv").write_text("pseudonym,scope,since\nPS007,all,2024-01-31\n")
    opened = data.open(tmp_path, "describe")
    reading = read_bnpv({name: opened.table(name) for name in ROWS})
    for table in reading.tables.values():
        assert table["case_id"].tolist() == ["PS008"]
    assert reading.ledger.flow_table()["before"].max() == 1
