"""Public files of a challenge by digest: what the store keeps, and a folder beside it."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from workbench.challenge.store import Store
from workbench.challenge.submissions.public_files import kept_file, kept_files
from workbench.challenge.submissions.refusals import not_found
from workbench.remote.desk import PublicFile

_Stamp = tuple[int, int, int]


class PublicData:
    """The public files of a server's challenges.

    Args:
        store: The store.
        folder: One folder in it for each challenge's id; None: there is none.
    """

    def __init__(self, store: Store, folder: Path | None) -> None:
        self._store, self._folder = store, folder
        self._digests: dict[tuple[str, _Stamp], str] = {}
        self._lock = threading.Lock()

    def files(self, challenge: str) -> list[PublicFile]:
        """Return the public files of a challenge, by name.

        Raises:
            Refusal: ``unknown-challenge``.
        """
        with self._store.reading() as connection:
            kept = [PublicFile(*found) for found in kept_files(connection, challenge)]
        return kept + [file for file, _ in self._beside(challenge)]

    def find(self, challenge: str, digest: str) -> Path | bytes:
        """Return a public file by its sha256: where it lies, or its bytes.

        Raises:
            Refusal: ``unknown-challenge``, ``not-found``.
        """
        with self._store.reading() as connection:
            if any(digest == known.digest for known in kept_files(connection, challenge)):
                return kept_file(connection, challenge, digest)
        for file, path in self._beside(challenge):
            if file.digest == digest:
                return path
        raise not_found(digest)

    def _beside(self, challenge: str) -> list[tuple[PublicFile, Path]]:
        """Return the plain files below the challenge's folder; links are left out."""
        if self._folder is None or not (self._folder / challenge).is_dir():
            return []
        home = self._folder / challenge
        found = []
        for folder, within, names in os.walk(home, followlinks=False):
            within[:] = [name for name in within if not name.startswith(".")]
            for name in names:
                path = Path(folder, name)
                if path.is_symlink() or not path.is_file() or name.startswith("."):
                    continue
                digest = self._digest(path)
                file = PublicFile(str(path.relative_to(home)), digest, path.stat().st_size)
                found.append((file, path))
        return sorted(found, key=lambda pair: pair[0].name)

    def _digest(self, path: Path) -> str:
        """Return a file's sha256, computed again where the file has changed."""
        found = path.stat()
        key = (str(path), (found.st_size, found.st_mtime_ns, found.st_ino))
        with self._lock:  # many who ask for a large file let it be read once
            if key not in self._digests:
                with path.open("rb") as handle:
                    self._digests[key] = hashlib.file_digest(handle, "sha256").hexdigest()
            return self._digests[key]
