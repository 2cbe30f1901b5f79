"""Late copies of a line, and boxes net of regularisations: both by patient, pack and day."""

from __future__ import annotations

from .claims_tables import Claims, leave_out
from .ledger import Ledger, check_conserved
from .snds_contracts import KEY, SENT_WITH

LINES = "ER_PHA_F"
NET = "exposure_event"


def without_late_copies(lines: Claims, ledger: Ledger) -> Claims:
    """Leave out a line that a later flow sent again.

    Where a patient's pack and day have a negative line too, a second positive line may be the
    correction that follows it: there all lines are kept, and the sum decides.
    """
    import ibis

    same = [name for name in KEY if name not in SENT_WITH]
    same += ["pha_ord_num", "person_id", "date", "cip13", "boxes"]
    order = [lines.flow_date, lines.flx_trt_dtd, lines.flx_emt_num, lines.flx_emt_ord]
    copy = ibis.row_number().over(ibis.window(group_by=same, order_by=order)) > 0
    day = ibis.window(group_by=["person_id", "date", "cip13"])
    marked = lines.mutate(copy=copy, lowest=lines.boxes.min().over(day))
    repeated = marked["copy"] & (marked.lowest > 0)
    reason = (repeated, "late-copy", "the same line in a later flow")
    return leave_out(marked, [reason], LINES, ledger).drop("copy", "lowest")


def netted(lines: Claims, ledger: Ledger) -> Claims:
    """Return boxes by patient, pack and day, net of regularisation lines; what is left above 0."""
    import ibis

    by = ["person_id", "date", "cip13"]
    days = lines.group_by(by).agg(boxes=lines.boxes.sum(), flow_date=lines.flow_date.min()).cache()
    before = lines.agg(
        boxes=lines.boxes.sum().fill_null(0), minus=(lines.boxes < 0).sum()
    ).execute()
    total = float(before["boxes"].iloc[0])
    message = "negative lines: summed with the others of the same patient, pack and day"
    ledger.decide("regularisation", LINES, int(before["minus"].fillna(0).iloc[0]), message)
    ledger.start(NET, int(days.count().execute()), total)
    below = days.filter(days.boxes < 0)
    minus = below.agg(rows=below.count(), volume=below.boxes.abs().sum().fill_null(0)).execute()
    ledger.reject(NET, "boxes", minus[minus["rows"] > 0].assign(code="(net below 0)"), abs(total))
    left_out = -float(minus["volume"].iloc[0])
    kept = leave_out(
        days,
        [
            (days.boxes == 0, "cancelled", "cancelled in full by regularisations"),
            (days.boxes < 0, "negative-net", "more boxes taken back than dispensed"),
        ],
        NET,
        ledger,
    )
    after = float(kept.agg(boxes=kept.boxes.sum().fill_null(0)).execute()["boxes"].iloc[0])
    check_conserved(total, after, left_out, "netting of regularisations", ledger.source)
    return kept.mutate(source=ibis.literal("city"), days_supply=ibis.null("float64"))
