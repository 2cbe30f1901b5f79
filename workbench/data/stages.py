"""Results of a stage, one file an item: made once, recalled while nothing they depend on changed.

A file's name carries a digest of the item's input, the stage's settings, its code and the stages
before it, so that a stale result is never met again, only left behind. Files are written aside and
renamed: a stage that was killed goes on with what is whole, and ends with the same bytes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workbench import digests, storage

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Stage:
    """One stage of a preparation, with its results in one folder.

    Args:
        folder: Folder of all stages.
        name: Name of the stage, and of its own folder within ``folder``.
        settings: JSON value with all the results depend on besides their input.
        code: Digest of the code that makes them, see :func:`workbench.digests.of_code`.
        after: The stage whose results this one reads.

    Examples:
        >>> import tempfile
        >>> stage = Stage(Path(tempfile.mkdtemp()), "sums", {"power": 2}, code="1")
        >>> stage.json("a", "input-1", lambda: {"sum": 5})
        {'sum': 5}
        >>> stage.json("a", "input-1", lambda: {"sum": 0})  # recalled, not made again
        {'sum': 5}
    """

    def __init__(
        self, folder: Path, name: str, settings: Any, code: str, after: Stage | None = None
    ) -> None:
        self.folder = folder / name
        self.digest: str = digests.of_json([name, settings, code, after.digest if after else ""])

    def place(self, item: str, source: str, ending: str) -> Path:
        """Return the file that holds, or will hold, an item's result.

        Args:
            item: The item's id; what a file name cannot carry is replaced.
            source: Digest of the item's input.
            ending: File ending with its dot.
        """
        key = digests.of_json([item, source, self.digest])[:16]
        return self.folder / f"{storage.file_name(item)}-{key}{ending}"

    def json(
        self,
        item: str,
        source: str,
        make: Callable[[], Any],
        *,
        sound: Callable[[Any], bool] = lambda value: True,
    ) -> Any:
        """Return an item's JSON value, making it when there is none.

        Args:
            item: The item's id.
            source: Digest of the item's input.
            make: Makes the value; what it raises passes through and nothing is kept.
            sound: Whether a recalled value still holds; if not, it is made again.
        """
        path = self.place(item, source, ".json")
        value = _recall(path, lambda: json.loads(path.read_text(encoding="utf-8")))
        if value is None or not sound(value):
            storage.write_json(path, make())
            value = json.loads(path.read_text(encoding="utf-8"))
        return value

    def table(self, item: str, source: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return an item's table (Parquet); see :meth:`json`."""
        import pandas as pd

        path = self.place(item, source, ".parquet")
        table = _recall(path, lambda: pd.read_parquet(path))
        if table is None:
            made = make().reset_index(drop=True)
            made.attrs = {}
            with storage.writing(path) as aside:
                made.to_parquet(aside, index=False)
            table = pd.read_parquet(path)
        return table

    def content(self, item: str, source: str, ending: str, make: Callable[[], bytes]) -> bytes:
        """Return an item's bytes, such as a PNG picture; see :meth:`json`."""
        path = self.place(item, source, ending)
        found = _recall(path, path.read_bytes)
        if not found:
            storage.write_bytes(path, make())
            found = path.read_bytes()
        return found


def _recall(path: Path, load: Callable[[], T]) -> T | None:
    """Return what a result file holds, or None where it is absent or damaged."""
    if not path.is_file():
        return None
    try:
        return load()
    except (OSError, ValueError) as error:
        _log.warning("%s is damaged and is made again: %s", path, " ".join(str(error).split()))
        return None
