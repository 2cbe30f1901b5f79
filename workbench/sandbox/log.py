"""What a program prints, cut and made harmless to print again."""

from __future__ import annotations

import unicodedata


class Log:
    """Keeps the beginning and the end of a stream of bytes.

    Args:
        most: Bytes to keep, half of them from the beginning.
    """

    def __init__(self, most: int) -> None:
        self._head, self._tail = bytearray(), bytearray()
        self._half = max(1, most // 2)
        self.size = 0

    def add(self, piece: bytes) -> None:
        """Take more bytes."""
        self.size += len(piece)
        room = self._half - len(self._head)
        self._head += piece[:room] if room > 0 else b""
        self._tail += piece[max(room, 0) :]
        del self._tail[: -self._half]

    def content(self) -> bytes:
        """Return what was kept, with a line where something was cut."""
        cut = self.size - len(self._head) - len(self._tail)
        between = f"\n[{cut} bytes cut]\n".encode() if cut > 0 else b""
        return bytes(self._head) + between + bytes(self._tail)

    @staticmethod
    def text(content: bytes) -> str:
        r"""Return bytes as text without control characters, which could steer a terminal.

        >>> Log.text(b"a\x1b[2Jb\n\xff")
        'a?[2Jb\n?'
        """
        plain = content.decode("utf-8", "replace").replace("\ufffd", "?")
        return "".join(c if c in "\n\t" or not _steers(c) else "?" for c in plain).strip("\n")


def _steers(character: str) -> bool:
    return unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
