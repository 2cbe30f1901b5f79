"""Files that were submitted, by their sha256: a worker on another machine needs only the store."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from workbench.challenge.store.tables import file
from workbench.challenge.store.transaction import Transaction
from workbench.digests import of_bytes
from workbench.errors import DataError


def put_file(transaction: Transaction, content: bytes) -> str:
    """Keep a file; the same content is kept once.

    Returns:
        Its sha256.
    """
    digest = of_bytes(content)
    if transaction.execute(select(file.c.size).where(file.c.digest == digest)).first() is None:
        row = {"digest": digest, "size": len(content), "bytes": content}
        transaction.execute(insert(file), row)
    return digest


def get_file(connection: Connection, digest: str) -> bytes:
    """Return a file.

    Raises:
        DataError: There is none of this digest, or its bytes were changed.
    """
    found = connection.scalar(select(file.c.bytes).where(file.c.digest == digest))
    if found is None:
        raise DataError("the store has no such file", where=f"file {digest}")
    content = found.encode() if isinstance(found, str) else bytes(found)
    if of_bytes(content) != digest:
        raise DataError(
            "the file's bytes were changed in the store",
            where=f"file {digest}",
            remedy="run `workbench audit verify --store PLACE`; restore it from a backup",
        )
    return content
