"""Regularisations: negative boxes cancel an earlier flow, and are netted before any counting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.errors import DataError
from workbench.tabular.contracts import EXPOSURE_EVENT, check_columns
from workbench.tabular.engine import Engine

_KEY = ("person_id", "cip13", "date")


@dataclass(frozen=True, eq=False)
class Netted:
    """Dispensings net of regularisations, and where every flow went.

    Attributes:
        events: One row a person, pack and date with more than 0 boxes.
        over_cancelled: Rows whose net is below 0: more was taken back than given. They are a
            fault of the flows, kept apart and never counted as exposure.
        flows: Number of flows read.
        boxes: Their sum.
        dispensings: Number of ``events``.
        cancelled: Person, pack and dates whose net is exactly 0.
        over_cancelled_rows: Number of ``over_cancelled``.
        net_boxes: Sum of boxes of ``events``.
        over_cancelled_boxes: Sum of boxes of ``over_cancelled``, below 0.
    """

    events: Any
    over_cancelled: Any
    flows: int
    boxes: int
    dispensings: int
    cancelled: int
    over_cancelled_rows: int
    net_boxes: int
    over_cancelled_boxes: int


def net_regularisations(engine: Engine, flows: Any) -> Netted:
    """Net flows by person, pack and date.

    Boxes are added with their sign. Days of supply are taken with the sign of the boxes; they are
    null where any flow of the three has none. The source is the first in the alphabet, the flow
    date the last.

    Args:
        engine: Where the table stands.
        flows: Columns of ``exposure_event``; boxes of either sign.

    Raises:
        DataError: A column is absent, or boxes are not conserved.
    """
    check_columns(flows, EXPOSURE_EVENT, "exposure_event")
    signed = flows.mutate(days_supply=flows.days_supply.abs() * flows.boxes.sign())
    known = signed.days_supply.count() == signed.count()
    net = signed.group_by(list(_KEY)).aggregate(
        boxes=signed.boxes.sum(),
        days_supply=known.ifelse(signed.days_supply.sum(), _null()),
        source=signed.source.min(),
        flow_date=signed.flow_date.max(),
    )
    net = engine.kept(net.select(*EXPOSURE_EVENT))
    read = engine.one(flows.aggregate(flows=flows.count(), boxes=flows.boxes.sum()))
    made = engine.one(
        net.aggregate(
            dispensings=(net.boxes > 0).sum(),
            cancelled=(net.boxes == 0).sum(),
            over_cancelled_rows=(net.boxes < 0).sum(),
            net_boxes=net.boxes.sum(where=net.boxes > 0),
            over_cancelled_boxes=net.boxes.sum(where=net.boxes < 0),
        )
    )
    counts = {name: int(value or 0) for name, value in (read | made).items()}
    if counts["boxes"] != counts["net_boxes"] + counts["over_cancelled_boxes"]:
        raise DataError(f"netting does not conserve boxes: {counts}")
    return Netted(net.filter(net.boxes > 0), net.filter(net.boxes < 0), **counts)


def _null() -> Any:
    """Return a missing number of days."""
    import ibis

    return ibis.null("float64")
