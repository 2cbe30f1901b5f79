"""Takes a program's files out of its sandbox: regular files, counted, as bytes that stay bytes.

They come as a tar stream, made inside by ``tar`` under the program's own rights. The stream is read
and never unpacked onto a disk, so that a link in it leads nowhere.
"""

from __future__ import annotations

import io
import tarfile
from pathlib import PurePosixPath

from workbench.sandbox.limits import Limits

_BLOCK = 512
_KINDS = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.LNKTYPE: "a hard link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
}


class OutputError(Exception):
    """What lies in the output folder is not taken; the text is for the host."""


def most_bytes(limits: Limits) -> int:
    """Return the size a tar stream of a full output folder may have."""
    return limits.output_mb * 2**20 + (limits.output_files + 20) * 8 * _BLOCK


def files_of(stream: bytes, limits: Limits) -> dict[str, bytes]:
    """Return the regular files of a tar stream: content by relative name.

    Raises:
        OutputError: It holds a link or a special file, too many files, or is no whole stream.
    """
    found: dict[str, bytes] = {}
    total = entries = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(stream), mode="r:") as archive:
            for member in archive:
                entries += 1
                if entries > limits.output_files + 1:
                    raise OutputError(f"over {limits.output_files} files and folders")
                if member.isdir():
                    continue
                name = PurePosixPath(member.name)
                if not member.isreg():
                    kind = _KINDS.get(member.type, "no regular file")
                    raise OutputError(f"'{_shown(name)}' is {kind}")
                if name.is_absolute() or ".." in name.parts or str(name) in found:
                    raise OutputError(f"'{_shown(name)}' is no name inside the folder")
                total += member.size
                if total > limits.output_mb * 2**20:
                    raise OutputError(f"over {limits.output_mb} MiB in all")
                content = archive.extractfile(member)
                found[str(name)] = b"" if content is None else content.read()
    except (tarfile.TarError, ValueError, EOFError, OSError) as error:
        raise OutputError(f"the files did not come out whole: {error}") from error
    return found


def _shown(name: PurePosixPath) -> str:
    """Return a name the host can print."""
    return ascii(str(name))[1:-1][:200]
