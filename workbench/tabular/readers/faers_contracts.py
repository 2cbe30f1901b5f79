"""The tables of a FAERS quarter: columns by name, those of AERS (to 2012 Q3) among them."""

from __future__ import annotations

from .contracts import Column, Contract

_ID = Column("primaryid", ("isr",))
DEMO = Contract(
    "DEMO",
    (
        _ID,
        Column("caseid", ("case",)),
        Column("caseversion", ("foll_seq",), needed=False),
        Column("event_dt", needed=False),
        Column("fda_dt"),
        Column("age"),
        Column("age_cod"),
        Column("sex", ("gndr_cod",)),
        Column("occp_cod", needed=False),
        Column("reporter_country", needed=False),
        Column("occr_country", needed=False),
    ),
)
DRUG = Contract(
    "DRUG",
    (
        _ID,
        Column("drug_seq"),
        Column("role_cod"),
        Column("drugname"),
        Column("prod_ai", needed=False),
    ),
)
REAC = Contract("REAC", (_ID, Column("pt")))
OUTC = Contract("OUTC", (_ID, Column("outc_cod")))
ROLES = {"ps": "suspect", "ss": "suspect", "c": "concomitant", "i": "interacting"}
NOTIFIERS = {
    "md": "physician", "ph": "pharmacist", "rn": "nurse", "hp": "health professional",
    "ot": "other health professional", "lw": "lawyer", "cn": "consumer",
}  # fmt: skip
