"""A folder begun for one set of settings, one data set and one code, or refused; and its tracking.

Emulations and reports of rates share it: what makes one stands in ``run.json`` from the start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import tracking
from workbench.errors import DataError
from workbench.runs.folder import RunFolder

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

BEGUN = "run.json"


def begin(
    out: Path | str, known: Mapping[str, Any], what: str, write: Callable[[Path], object]
) -> RunFolder:
    """Return the folder with its facts written; one that was begun with the same goes on.

    Args:
        out: The folder.
        known: Its facts: ``digest``, and by name the ``digests`` it is made of.
        what: For errors, such as "an emulation".
        write: Writes the settings into the new folder.

    Raises:
        DataError: The folder holds other files, or was begun for something else.
    """
    run = RunFolder(out)
    if run.path.is_file():
        raise DataError("a file is in the way", where=str(out), remedy="choose another --out")
    if (run.path / BEGUN).is_file():
        _check_same(run, known, what)
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
    write(run.path)
    run.write_json(BEGUN, dict(known))
    return run


def _check_same(run: RunFolder, known: Mapping[str, Any], what: str) -> None:
    """Refuse a folder that was begun for something else, and say what differs."""
    before = run.read_json(BEGUN)
    if before.get("digest") == known["digest"]:
        return
    own = before.get("digests", {})
    differing = [name for name, digest in known["digests"].items() if own.get(name) != digest]
    raise DataError(
        f"the folder holds {what} with another {', another '.join(differing)}",
        where=str(run.path),
        remedy="choose another --out, or delete this folder",
    )


@contextmanager
def tracked(
    settings: Mapping[str, Any] | None,
    run: RunFolder,
    opened: OpenedData,
    made_by: tuple[str, Mapping[str, Any]],
) -> Iterator[tracking.Tracker]:
    """Open the tracking run of a folder; it is closed as failed when the block raises.

    Args:
        settings: Of the tracking store; none by default.
        run: The folder.
        opened: Its data.
        made_by: Name of its settings among its digests, such as ``protocol``, and what they are.
    """
    facts, (name, params) = run.read_json(BEGUN), made_by
    tracker = tracking.start(settings or {"backend": "none"}, facts["name"], run_dir=run.path)
    tracker.tags(
        {
            "workbench.kind": facts["kind"],
            f"workbench.{name}_digest": facts["digests"][name],
            "workbench.data_digest": opened.digest,
            "workbench.code_digest": facts["digests"]["code"],
            "workbench.git_sha": facts["git"]["revision"],
            "workbench.git_dirty": str(facts["git"]["dirty"]).lower(),
            "workbench.run_digest": facts["digest"],
        }
    )
    tracker.params({name: dict(params)})
    tracker.dataset(opened.card.name, opened.manifest(), opened.digest)
    try:
        yield tracker
    except BaseException:
        tracker.close("FAILED")
        raise
    tracker.close("FINISHED")
