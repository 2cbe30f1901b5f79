"""From raw reports to coded reports: drugs by substance, each case once, every step counted."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.data import OpenedData
from workbench.errors import DataError
from workbench.learning.signal_scorer import PAIR_COUNTS
from workbench.methods.signals.report_pairs import count_pairs
from workbench.tabular.readers.case_tables import read_cases
from workbench.tabular.readers.ledger import Ledger
from workbench.tabular.readers.repeated_cases import repeated_cases
from workbench.tabular.readers.written_names import code_names

from .params import Params

_NAMES = ("substance", "speciality", "label")
_KEY = ["drug", "event"]


@dataclass(frozen=True, eq=False)
class Reports:
    """Reports as they are counted.

    Attributes:
        drugs: Canonical ``report_drug``, coded by substance, of the roles that count.
        events: Canonical ``report_event`` of the finest level.
        received: Day of receipt by case.
        ledger: The flow of cases and names.
    """

    drugs: pd.DataFrame
    events: pd.DataFrame
    received: pd.Series
    ledger: Ledger

    def counts(self, until: pd.Timestamp | None = None) -> pd.DataFrame:
        """Return the counted pairs of the cases received up to a day; of all where None.

        There may be none yet.
        """
        drugs, events = self.drugs, self.events
        if until is not None:
            known = self.received.index[self.received <= until]
            drugs, events = (rows[rows["case_id"].isin(known)] for rows in (drugs, events))
        told = drugs["case_id"][drugs["product"].notna()]
        if not told.isin(events["case_id"]).any():
            return pd.DataFrame(columns=[*_KEY, *PAIR_COUNTS])
        roles = list(drugs["role"].unique())
        found: pd.DataFrame = count_pairs(drugs, events, roles=roles).counts
        return found

    def first_received(self) -> pd.DataFrame:
        """Return the day each pair was first reported: ``drug``, ``event``, ``received``."""
        both = self.drugs[["case_id", "product"]].merge(self.events[["case_id", "term"]])
        both = both.rename(columns={"product": "drug", "term": "event"}).dropna(subset=["drug"])
        both = both.assign(received=both["case_id"].map(self.received))
        return both.groupby(_KEY, as_index=False)["received"].min()


def read_reports(data: OpenedData, params: Params) -> Reports:
    """Return the coded reports of an opened data set.

    Args:
        data: The opened data set.
        params: Roles that count, and how many names may stay without a code.

    Raises:
        DataError: ``too-many-unknown-codes``: the names do not fit the products.
    """
    names = ("report", "report_drug", "report_event")
    read = read_cases({name: data.table(name) for name in names}, max_rejected=params.max_uncoded)
    ledger, report, drugs = read.ledger, read["report"], read["report_drug"]
    events = read["report_event"]
    events = events[events["level"] == "pt"]
    product = code_names(drugs["drug"], data.table("product"), "substance", _NAMES)
    _note_uncoded(drugs["drug"], product, ledger, str(data.folder))
    drugs = drugs.assign(product=product, grain="substance")
    again = repeated_cases(report, drugs, events)
    ledger.step("report", "repeats of an earlier case", len(report) - len(again))
    once = report[~report["case_id"].isin(again)]
    counted = drugs["role"].isin(params.roles) & drugs["case_id"].isin(once["case_id"])
    events = events[events["case_id"].isin(once["case_id"])]
    return Reports(drugs[counted], events, once.set_index("case_id")["received"], ledger)


def _note_uncoded(written: pd.Series, product: pd.Series, ledger: Ledger, where: str) -> None:
    """Count names without a code; stop where they are too many."""
    lost = written[product.isna()]
    ledger.start("written name", len(written))
    ledger.step("written name", "fits no product, or several", len(written) - len(lost))
    codes = lost.value_counts().rename_axis("code").reset_index(name="rows")
    try:
        ledger.reject("report_drug", "drug", codes.assign(volume=codes["rows"]), len(written))
    except DataError as error:
        raise DataError(
            f"{len(lost)} of {len(written)} written names fit no product",
            where=f"{where}, table report_drug",
            problems=error.problems,
            remedy="complete the table of products, or raise use_case.params.max_uncoded",
        ) from None
