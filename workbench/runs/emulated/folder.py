"""The folder of an emulation: begun for one protocol, one data set and one code, or refused."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench import digests
from workbench.errors import DataError
from workbench.methods.causal.gate import Override
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_file import write_protocol
from workbench.runs import facts
from workbench.runs.folder import RunFolder

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

BEGUN = "run.json"


def begin(
    out: Path | str, protocol: Protocol, opened: OpenedData, override: Override | None
) -> RunFolder:
    """Return the folder with its facts written; one that was begun with the same goes on.

    Raises:
        DataError: The folder holds other files, or an emulation of something else.
    """
    run = RunFolder(out)
    known = _facts(protocol, opened, override)
    if run.path.is_file():
        raise DataError("a file is in the way", where=str(out), remedy="choose another --out")
    if (run.path / BEGUN).is_file():
        _check_same(run, known)
        if run.done:
            run.verify()
        return run
    there = sorted(path.name for path in run.path.iterdir()) if run.path.is_dir() else []
    if there:
        raise DataError(
            f"the folder holds {', '.join(there[:5])}",
            where=str(out),
            remedy="choose a new or an empty folder for --out",
        )
    write_protocol(protocol, run.path / "protocol.yaml")
    run.write_json(BEGUN, known)
    return run


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


def _check_same(run: RunFolder, known: dict[str, Any]) -> None:
    """Refuse a folder of another emulation, and say what differs."""
    before = run.read_json(BEGUN)
    if before.get("digest") == known["digest"]:
        return
    own = before.get("digests", {})
    differing = [name for name, digest in known["digests"].items() if own.get(name) != digest]
    raise DataError(
        f"the folder holds an emulation with another {', another '.join(differing)}",
        where=str(run.path),
        remedy="choose another --out, or delete this folder",
    )
