"""How requests are written and answers read."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from workbench.challenge.submissions import Entry, Shown, ShownMetric

OCTETS = "application/octet-stream"


def read_entry(told: dict[str, Any]) -> Entry:
    """Return a submission from its JSON."""
    score = told["score"]
    if score is not None:
        others = tuple(ShownMetric(**one) for one in score["secondary"])
        primary = ShownMetric(**score["primary"])
        score = Shown(**score | {"primary": primary, "secondary": others})
    return Entry(**told | {"score": score})


def sealed(content: bytes) -> dict[str, str]:
    """Return headers that name a body's digest, so that damage on the way shows (RFC 9530)."""
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    return {"Content-Type": OCTETS, "Content-Digest": f"sha-256=:{digest}:"}


def json_body(value: Any) -> dict[str, Any]:
    """Return what a request is made with that sends JSON and is made once."""
    headers = {"Content-Type": "application/json"}
    return {"body": json.dumps(value).encode(), "headers": headers, "repeatable": False}


def board_query(
    phase: str | None, as_of: datetime | None, score_set: str | None
) -> dict[str, str | None]:
    """Return which board is asked for."""
    moment = None if as_of is None else as_of.isoformat()
    return {"phase": phase, "as_of": moment, "score_set": score_set}
