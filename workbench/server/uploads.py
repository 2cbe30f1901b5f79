"""Receives a file: counted while it comes, onto the disk, never more of it than allowed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, cast

from starlette.requests import Request

from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.refusals import upload_too_large
from workbench.server.host import host_of
from workbench.server.problems import Wait

_IN_MEMORY = 2**20


@asynccontextmanager
async def received(request: Request, key: str) -> AsyncIterator[BinaryIO]:
    """Give the body of a request as a temporary file, gone afterwards.

    Args:
        request: The request.
        key: Whose place among the uploads is taken.

    Raises:
        Refusal: ``upload-too-large``: by what it announces, before a byte is read, or by what
            comes; ``upload-too-slow``; ``upload-damaged``: the bytes are not those of its
            ``Content-Digest``; ``rate-limited``: too many uploads at once.
    """
    host = host_of(request)
    most = host.settings.most_bytes
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise upload_too_large(most)
    request.state.most_body = most + 1  # counted here, and refused here
    if not host.uploads.enter(key):
        raise Wait(2, "too many files are being sent at once")
    try:
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            digest = await _spool(request, cast(BinaryIO, spool), most, host.settings.silence_s)
            _check_digest(request.headers.get("content-digest"), digest)
            spool.seek(0)
            yield cast(BinaryIO, spool)
    finally:
        host.uploads.leave(key)


async def _spool(request: Request, spool: BinaryIO, most: int, silence_s: float) -> bytes:
    """Write what comes; return its sha256."""
    size, digest = 0, hashlib.sha256()
    stream = request.stream().__aiter__()
    while True:
        try:
            piece = await asyncio.wait_for(anext(stream, None), silence_s)
        except TimeoutError:
            message = f"nothing came for {silence_s:g} s"
            raise Refusal("upload-too-slow", message, "", "send it again") from None
        if piece is None:
            return digest.digest()
        size += len(piece)
        if size > most:
            raise upload_too_large(most)
        digest.update(piece)
        # Once it is on the disk, writing may wait for it: not on the loop that serves all.
        if size > _IN_MEMORY:
            await asyncio.to_thread(spool.write, piece)
        else:
            spool.write(piece)


def _check_digest(announced: str | None, digest: bytes) -> None:
    """Compare with ``Content-Digest: sha-256=:...:`` (RFC 9530) where one was sent."""
    found = re.search(r"sha-256=:([A-Za-z0-9+/=]+):", announced or "")
    if found and found[1] != base64.b64encode(digest).decode():
        message = "what came is not what was sent: its digest differs"
        raise Refusal("upload-damaged", message, "Content-Digest", "send it again")


def filename_of(header: str | None) -> str:
    """Return a file's name from ``X-Filename``: plain, or ``base64:`` and its UTF-8 bytes.

    >>> filename_of("base64:w6kuY3N2"), filename_of("a.csv"), filename_of(None)
    ('é.csv', 'a.csv', 'submission')
    """
    if not header:
        return "submission"
    if not header.startswith("base64:"):
        return header[:1000]
    try:
        name = base64.urlsafe_b64decode(header.removeprefix("base64:")[:4000])
    except ValueError:
        return "submission"
    return name.decode("utf-8", "replace")[:1000]
