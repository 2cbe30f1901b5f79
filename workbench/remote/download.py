"""Downloads a public file in pieces: broken off, it goes on; wrong, it is not kept."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from workbench import digests
from workbench.errors import DataError
from workbench.remote.desk import Progress, PublicFile
from workbench.remote.http import Http

PIECE = 8 * 2**20
"""Bytes asked for at once."""


def download(
    http: Http, challenge: str, file: PublicFile, target: Path, told: Progress | None = None
) -> Path:
    """Write a public file to a path.

    What has come so far lies beside it as ``<name>.<digest>.part``; the next call goes on there.

    Raises:
        DataError: The bytes are not those of the digest; nothing is kept.
    """
    if not re.fullmatch(digests.PATTERN, file.digest):
        raise DataError("the server names a file by no sha256", where=str(http.origin))
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{file.digest[:12]}.part")
    done = part.stat().st_size if part.exists() else 0
    with part.open("ab") as handle:
        while done < file.size:
            last = min(done + PIECE, file.size) - 1
            answer = http.ask(
                "GET",
                ("challenges", challenge, "data", file.digest),
                headers={"Range": f"bytes={done}-{last}"},
            )
            if answer.status != 206 or not answer.body:
                raise DataError("the server sends no part of a file", where=str(http.origin))
            handle.write(answer.body)
            handle.flush()
            done += len(answer.body)
            if told is not None:
                told(done, file.size)
    if _digest(part) != file.digest:
        part.unlink()
        message = f"what was downloaded is not {file.name}: its digest differs"
        raise DataError(message, where=str(target), remedy="download it again")
    part.replace(target)
    return target


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
