"""The folder of an emulation: begun for one protocol, one data set and one code, or refused."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import digests
from workbench.methods.causal.gate import Override
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_file import write_protocol
from workbench.runs import begun, facts
from workbench.runs.folder import RunFolder

if TYPE_CHECKING:
    from workbench.data.door import OpenedData


def begin(
    out: Path | str, protocol: Protocol, opened: OpenedData, override: Override | None
) -> RunFolder:
    """Return the folder with its facts written; one that was begun with the same goes on.

    Raises:
        DataError: The folder holds other files, or an emulation of something else.
    """
    known = _facts(protocol, opened, override)
    return begun.begin(
        out, known, "an emulation", lambda path: write_protocol(protocol, path / "protocol.yaml")
    )


def tables_of(opened: OpenedData) -> dict[str, pd.DataFrame]:
    """Return every table of a data set by name, opted-out persons aside."""
    return {table.name: opened.table(table.name) for table in opened.card.tables}


def _facts(protocol: Protocol, opened: OpenedData, override: Override | None) -> dict[str, Any]:
    """Return what makes an emulation this one: protocol, data, code, override."""
    made_by = {
        "protocol": protocol.digest(),
        "data": opened.digest,
        "code": facts.code_digest(),
        "override": "" if override is None else digests.of_json(asdict(override)),
    }
    return {
        "name": protocol.question,
        "kind": "emulation",
        "digest": digests.of_json(made_by),
        "digests": made_by,
        "data": facts.of_data(opened),
        "git": facts.git_state(),
        "versions": facts.versions(),
    }
