"""The data door, data cards, opt-outs, manifests and splits by person.

>>> from workbench import data
>>> opened = data.open("data/slides-demo", "train")  # doctest: +SKIP
>>> opened.table("slides"), opened.files("slides")  # doctest: +SKIP
"""

from workbench.data.card import DataCard, Field, FileSet, OptOut, Split, Table
from workbench.data.card_file import load_card
from workbench.data.door import OpenedData, open
from workbench.data.manifest import write_manifest
from workbench.data.opt_outs import load_opt_outs
from workbench.data.split_checks import check_content, check_disjoint, find_duplicates
from workbench.data.splits import split_persons
from workbench.data.writing import write_card

__all__ = [
    "DataCard",
    "Field",
    "FileSet",
    "OpenedData",
    "OptOut",
    "Split",
    "Table",
    "check_content",
    "check_disjoint",
    "find_duplicates",
    "load_card",
    "load_opt_outs",
    "open",
    "split_persons",
    "write_card",
    "write_manifest",
]
