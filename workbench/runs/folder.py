"""The run folder: every artefact of a run has one name here and is written in one step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import digests, storage
from workbench.errors import DataError, Problem, UsageError

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
# Wall-clock times (the report prints them), logs, restart points: true of one execution only.
NOT_REPRODUCIBLE = (
    "times.json",
    "report.html",
    "rapport.html",
    "figures",
    "log.jsonl",
    "tracking.jsonl",
    "checkpoints",
    "evaluations",
)


class RunFolder:
    """Paths, readers and writers of one run's artefacts.

    Args:
        path: The folder; made when the first artefact is written.
        writes: False in the helping processes of a distributed run: they compute the same, and
            only the first process writes.
    """

    def __init__(self, path: Path | str, *, writes: bool = True) -> None:
        self.path = Path(path)
        self.writes = writes

    @classmethod
    def existing(cls, path: Path | str) -> RunFolder:
        """Return the folder of a finished run.

        Raises:
            DataError: There is no such folder, or an artefact was changed since the run.
            UsageError: The folder is not a finished run.
        """
        folder = cls(path)
        if not folder.path.is_dir():
            raise DataError("there is no such run folder", where=str(path))
        if not folder.done:
            raise UsageError(
                f"not a finished run: it has no {MANIFEST}",
                where=str(path),
                remedy="name a run folder, or run `workbench train` again to finish it",
            )
        folder.verify()
        return folder

    @property
    def done(self) -> bool:
        """True when the run ended well: the manifest is written last."""
        return (self.path / MANIFEST).is_file()

    @property
    def model(self) -> Path:
        """Folder of the model fitted on all cases."""
        return self.path / "model"

    def fold(self, model: str, repeat: int, number: int) -> Path:
        """Folder of one fold's work: checkpoints, history and out-of-fold predictions."""
        return self.path / "folds" / model / f"repeat-{repeat}-fold-{number}"

    def finish(self) -> None:
        """Write the manifest: the sha256 of every reproducible artefact. The run is done."""
        self.write_json(MANIFEST, self._digests())

    def verify(self) -> None:
        """Check every artefact against the manifest.

        Raises:
            DataError: An artefact is missing or was changed; all are named.
        """
        problems = []
        for name, digest in self.read_json(MANIFEST).items():
            path = self.path / name
            if not path.is_file():
                problems.append(Problem("missing-artefact", "the artefact is gone", name))
            elif digests.of_file(path) != digest:
                problems.append(Problem("changed-artefact", "changed since the run ended", name))
        if problems:
            raise DataError(
                "the run folder is not as the run left it",
                where=str(self.path),
                problems=problems,
                remedy=f"delete {self.path} and run `workbench train` again",
            )

    def read_text(self, name: str) -> str:
        """Return one text artefact."""
        return (self.path / name).read_text(encoding="utf-8")

    def read_json(self, name: str) -> Any:
        """Return one JSON artefact."""
        return json.loads(self.read_text(name))

    def read_csv(self, name: str) -> pd.DataFrame:
        """Return one CSV artefact, every column as text."""
        import pandas as pd

        return pd.read_csv(self.path / name, dtype=str, keep_default_na=False)

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return one CSV artefact as rows of texts."""
        return text_rows(self.read_csv(name))

    def write_json(self, name: str, value: Any) -> None:
        """Write one JSON artefact."""
        if self.writes:
            storage.write_json(self.path / name, value)

    def write_text(self, name: str, text: str) -> None:
        """Write one text artefact."""
        if self.writes:
            storage.write_text(self.path / name, text)

    def write_csv(self, name: str, table: pd.DataFrame) -> None:
        """Write one table as CSV; numbers keep their shortest exact form."""
        self.write_text(name, table.to_csv(index=False, lineterminator="\n"))

    def write_images(self, case: str, images: Mapping[str, bytes]) -> None:
        """Write PNG pictures of a case by kind as ``heatmaps/<case>.<kind>.png``."""
        for kind, image in images.items():
            if self.writes:
                name = f"{storage.file_name(case)}.{kind}.png"
                storage.write_bytes(self.path / "heatmaps" / name, image)

    def write_parquet(self, name: str | Path, table: pd.DataFrame) -> None:
        """Write one table as Parquet in one step; the same rows give the same bytes."""
        if not self.writes:
            return
        with storage.writing(self.path / name) as aside:
            table.reset_index(drop=True).to_parquet(aside, index=False)

    def _digests(self) -> dict[str, str]:
        """Return the sha256 of every reproducible artefact by relative name."""
        found = {}
        for path in sorted(p for p in self.path.rglob("*") if p.is_file()):
            name = path.relative_to(self.path).as_posix()
            parts = name.split("/")
            if name != MANIFEST and not any(part in NOT_REPRODUCIBLE for part in parts):
                found[name] = digests.of_file(path)
        return found


def text_rows(table: pd.DataFrame) -> list[dict[str, str]]:
    """Return a table as rows, every value as text."""
    return [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]
