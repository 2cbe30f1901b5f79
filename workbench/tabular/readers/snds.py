"""City dispensings of SNDS-like tables to ``person``, ``exposure_event`` and ``product``.

The chain: whole rows sent twice, the join on the technical key of nine columns, what cannot be
dated or counted, unknown packs and beneficiaries, late copies of a flow, then the sum of boxes over
regularisation lines by patient, pack and day. Each step is counted and conserved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from .claims_tables import (
    Claims,
    ClaimsReading,
    alike,
    backend_of,
    claims_table,
    leave_out,
    refuse_repeated,
    without_repeats,
)
from .claims_values import date_of, whole_of
from .contracts import check_tables
from .ledger import MOST_REJECTED, Ledger
from .snds_contracts import ER_PHA_F, ER_PRS_F, IR_BEN_R, IR_PHA_R, KEY, SENT_WITH
from .snds_netting import LINES, netted, without_late_copies
from .snds_persons import identities, person_table, product_table, rank_of

_TYPED = (*KEY, "pha_ord_num", "exe_soi_dtd", "pha_act_qsn")


@dataclass(frozen=True)
class Extraction:
    """What an extraction covers; the tables do not say it themselves.

    Attributes:
        cover_start: First day on which everyone in IR_BEN_R is covered.
        cover_end: Last such day; None where it is open.
        first_flow: First flow date taken; None takes all.
        last_flow: Last flow date taken, usually half a year after the period; None takes all.
    """

    cover_start: date
    cover_end: date | None = None
    first_flow: date | None = None
    last_flow: date | None = None


def read_snds(
    sources: Mapping[str, Any],
    extraction: Extraction,
    *,
    max_rejected: float = MOST_REJECTED,
    year: int | None = None,
) -> ClaimsReading:
    """Read dispensings.

    Args:
        sources: ``ER_PRS_F``, ``ER_PHA_F``, ``IR_PHA_R`` and ``IR_BEN_R``: each an Ibis table, a
            file or a frame of the data door.
        extraction: What the extraction covers.
        max_rejected: Share of boxes (0 to 1) with unknown packs or beneficiaries that stops.
        year: Year of the files, for headers that changed their meaning.

    Returns:
        ``person``, ``exposure_event`` (boxes net of regularisations, above 0) and ``product``.

    Raises:
        DataError: ``missing-table``, ``missing-column``, ``key-conflict``, ``identity-conflict``,
            ``too-many-unknown-codes``, ``flow-gained-rows``, ``not-conserved``.
    """
    ledger = Ledger("SNDS", max_rejected)
    contracts = (ER_PRS_F, ER_PHA_F, IR_PHA_R, IR_BEN_R)
    check_tables(sources, [contract.name for contract in contracts], ledger.source)
    backend = backend_of(sources)
    tables = [
        claims_table(sources[c.name], c, ledger, backend, year=year, typed=_TYPED)
        for c in contracts
    ]
    prs, pha, packs, people = (
        without_repeats(table, c.name, ledger) for table, c in zip(tables, contracts, strict=True)
    )
    refuse_repeated(prs, KEY, "ER_PRS_F", ledger.source, "key-conflict")
    refuse_repeated(packs, ["pha_cip_c13"], "IR_PHA_R", ledger.source, "repeated-pack")
    who = identities(people, ledger)
    lines = _typed(_joined(*alike(pha, prs, KEY), packs, who))
    del prs, pha  # their text is most of the memory
    _reject_unknown(lines, ledger)
    lines = leave_out(lines, _reasons(lines, extraction), LINES, ledger)
    lines = without_late_copies(lines, ledger)
    events = netted(lines, ledger)
    canonical = {
        "person": person_table(people, extraction.cover_start, extraction.cover_end, ledger),
        "exposure_event": events,
        "product": product_table(packs, ledger),
    }
    return ClaimsReading(canonical, ledger)


def read_snds_packs(source: Any) -> Any:
    """Return ``product`` from ``IR_PHA_R`` alone, in memory: packs with substance and ATC code.

    Raises:
        DataError: ``missing-column``, ``repeated-pack``.
    """
    ledger = Ledger("SNDS")
    table = claims_table(source, IR_PHA_R, ledger, backend_of({}))
    packs = without_repeats(table, IR_PHA_R.name, ledger)
    refuse_repeated(packs, ["pha_cip_c13"], "IR_PHA_R", ledger.source, "repeated-pack")
    return product_table(packs, ledger).execute()


def _joined(pha: Claims, prs: Claims, packs: Claims, who: Claims) -> Claims:
    """Return each pharmacy line with what the other tables say of it; their keys are unique."""
    known = packs.select(known_pack=packs.pha_cip_c13)
    lines = pha.left_join(prs.mutate(in_prs=True), list(KEY), rname="{name}_prs")
    lines = lines.left_join(known, lines.pha_prs_c13 == known.known_pack)
    lines = lines.mutate(rank=rank_of(lines.ben_rng_gem))
    same = [lines.ben_nir_psa == who.nir, lines["rank"] == who["rank"]]
    return lines.left_join(who, same, rname="{name}_who")


def _typed(lines: Claims) -> Claims:
    """Return the lines with dates and boxes typed, computed once."""
    return lines.select(
        *[name for name in KEY if name not in SENT_WITH],
        "pha_ord_num", "in_prs", "known_pack", "person_id", "flx_trt_dtd", "flx_emt_num",
        "flx_emt_ord",
        cip13=lines.pha_prs_c13,
        date=date_of(lines.exe_soi_dtd),
        flow_date=date_of(lines.flx_dis_dtd),
        boxes=whole_of(lines.pha_act_qsn),
    ).cache()  # fmt: skip


def _reject_unknown(lines: Claims, ledger: Ledger) -> None:
    """Count lines without a prestation, packs and beneficiaries nobody knows; stop above the share.

    Pseudonyms and keys are counted, never listed.
    """
    size = lines.boxes.abs().fill_null(0)
    total = float(lines.agg(total=size.sum().fill_null(0)).execute()["total"].iloc[0])
    strange = lines.filter(lines.known_pack.isnull())
    codes = strange.group_by(code=strange.cip13).agg(
        rows=strange.count(), volume=strange.boxes.abs().fill_null(0).sum()
    )
    ledger.reject(LINES, "pha_prs_c13", codes.execute(), total)
    found = lines.in_prs.notnull()
    for column, code, which in (
        ("technical key", "(key not in ER_PRS_F)", ~found),
        ("ben_nir_psa", "(pseudonym not in IR_BEN_R)", found & lines.person_id.isnull()),
    ):
        rows = lines.filter(which)
        counted = rows.agg(rows=rows.count(), volume=rows.boxes.abs().sum().fill_null(0)).execute()
        ledger.reject(LINES, column, counted[counted["rows"] > 0].assign(code=code), total)


def _reasons(lines: Claims, extraction: Extraction) -> list[tuple[Claims, str, str]]:
    """Return why a line is left out, in order."""
    reasons = [
        (lines.in_prs.isnull(), "orphan-line", "no line of ER_PRS_F with its key"),
        (lines.boxes.isnull(), "unreadable-quantity", "the number of boxes is not a whole number"),
        (lines.date.isnull(), "unreadable-date", "the day of dispensing is not a date"),
        (lines.flow_date < lines.date, "reversed-dates", "the flow is older than the dispensing"),
    ]
    if extraction.first_flow is not None:
        early = lines.flow_date < extraction.first_flow
        reasons.append((early, "flow-before", f"flows before {extraction.first_flow}"))
    if extraction.last_flow is not None:
        late = lines.flow_date > extraction.last_flow
        reasons.append((late, "flow-after", f"flows after {extraction.last_flow}"))
    return [
        *reasons,
        (lines.known_pack.isnull(), "unknown-pack", "the pack is not in IR_PHA_R"),
        (lines.person_id.isnull(), "unknown-person", "the beneficiary is not in IR_BEN_R"),
    ]
