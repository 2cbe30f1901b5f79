"""A part of some bytes, as a ``Range`` header asks for it (RFC 9110, one range)."""

from __future__ import annotations

import re

from starlette.responses import Response

MEDIA_TYPE = "application/octet-stream"


def ranged(content: bytes, asked: str | None, headers: dict[str, str]) -> Response:
    """Return bytes, or the part that is asked for; 416 where there is none such.

    >>> ranged(b"abcdef", "bytes=2-3", {}).body, ranged(b"abcdef", "bytes=-2", {}).body
    (b'cd', b'ef')
    >>> ranged(b"abcdef", "bytes=9-", {}).status_code, ranged(b"abcdef", "lines=1", {}).status_code
    (416, 200)
    """
    size, headers = len(content), headers | {"Accept-Ranges": "bytes"}
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", asked or "")
    if found is None or not (found[1] or found[2]):
        return Response(content, headers=headers, media_type=MEDIA_TYPE)
    if found[1]:
        first, last = int(found[1]), min(int(found[2] or size), size - 1)
    else:
        first, last = max(0, size - int(found[2])), size - 1
    if first > last:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    place = {"Content-Range": f"bytes {first}-{last}/{size}"}
    return Response(content[first : last + 1], 206, headers | place, MEDIA_TYPE)
