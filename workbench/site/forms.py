"""Forms as browsers send them, and the proof that one came from a page of this site."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends
from starlette.requests import Request

from workbench.challenge.store.names import check_reason
from workbench.challenge.submissions import Refusal
from workbench.site.visitors import Visitor

_KEY = secrets.token_bytes(32)
"""Signs the sign-in form, before there is a session; another one after every start."""
_MOST_FIELDS = 30
_MOST_HEAD = 4096
_NAME = re.compile(rb'[;\s]name="([^"\r\n]*)"')
_FILENAME = re.compile(rb'[;\s]filename="([^"\r\n]*)"')
_BOUNDARY = re.compile(
    r'multipart/form-data;.*?boundary="?([A-Za-z0-9\'()+_,./:=?-]{1,70})"?', re.I
)


@dataclass(frozen=True)
class Form:
    """A form that was sent.

    Attributes:
        fields: Its texts by name.
        filename: Name of its file, as the browser says.
        content: Bytes of its file; None where it has none, or none was chosen.
    """

    fields: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    content: bytes | None = None

    def text(self, name: str) -> str:
        """Return a text without spaces around it; empty where it is absent."""
        return self.fields.get(name, "").strip()

    @property
    def reason(self) -> str:
        """Why something is done by a hand.

        Raises:
            UsageError: It is missing, too long, or holds what cannot be seen.
        """
        return check_reason(self.text("reason"))


async def _of_request(request: Request) -> Form:
    """Read a form without a file; the server's limit for requests that are no files holds.

    Raises:
        Refusal: ``invalid-request``: another site's form, or no form.
    """
    check_origin(request)
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise _no_form()
    body = (await request.body()).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise _no_form() from error
    return Form(dict(pairs))


Sent = Annotated[Form, Depends(_of_request)]
"""A route's form without a file."""


def check_origin(request: Request) -> None:
    """Refuse what a page of another site sends, whatever cookie the browser adds.

    Raises:
        Refusal: ``invalid-request``.
    """
    if request.headers.get("sec-fetch-site") == "same-origin":
        return
    origin = urlsplit(request.headers.get("origin", ""))
    if not origin.netloc or origin.netloc != request.headers.get("host"):
        message = "the form did not come from a page of this site"
        raise Refusal("invalid-request", message, "", "open the page again and send it from there")


def check_csrf(visitor: Visitor, form: Form) -> None:
    """Refuse a form that holds another secret than the pages of the visitor's session.

    Raises:
        Refusal: ``invalid-request``.
    """
    if visitor.session is None or not visitor.session.holds(form.text("csrf")):
        message = "the form is of an earlier session"
        raise Refusal("invalid-request", message, "", "open the page again and send it from there")


def sign_in_cookie() -> str:
    """Return what the cookie of a sign-in form holds: the form proves that it knows it."""
    return secrets.token_urlsafe(16)


def sign_in_proof(cookie: str) -> str:
    """Return what a sign-in form holds for the cookie it came with."""
    return hmac.new(_KEY, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def is_of_cookie(proof: str, cookie: str) -> bool:
    """Say whether a sign-in form came with a cookie."""
    return hmac.compare_digest(proof.encode("utf-8", "replace"), sign_in_proof(cookie).encode())


def boundary_of(request: Request) -> bytes:
    """Return what parts a form with a file, by its heading.

    Raises:
        Refusal: ``invalid-request``: it is no such form.
    """
    found = _BOUNDARY.match(request.headers.get("content-type", ""))
    if found is None:
        raise _no_form()
    return found[1].encode()


def read_parts(content: bytes, boundary: bytes) -> Form:
    r"""Read a form with a file (RFC 7578).

    >>> body = b'--x\r\nContent-Disposition: form-data; name="phase"\r\n\r\nopen\r\n--x\r\n'
    >>> body += b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n1,2\r\n--x--'
    >>> form = read_parts(body, b"x")
    >>> form.text("phase"), form.filename, form.content
    ('open', 'a.csv', b'1,2')

    Raises:
        Refusal: ``invalid-request``: it is broken off, or no form.
    """
    mark = b"--" + boundary
    place, filename, file = len(mark), "", None
    texts: dict[str, str] = {}
    if not content.startswith(mark):
        raise _no_form()
    for _ in range(_MOST_FIELDS):
        if content[place : place + 2] == b"--":
            return Form(texts, filename, file)
        head_end = content.find(b"\r\n\r\n", place, place + _MOST_HEAD)
        end = content.find(b"\r\n" + mark, head_end)
        if head_end < 0 or end < 0:
            raise _no_form()
        head = b" " + content[place:head_end]
        name, sent = _NAME.search(head), _FILENAME.search(head)
        body = content[head_end + 4 : end]
        if name is not None and sent is not None:
            filename = _unescaped(sent[1])
            file = body if filename or body else None
        elif name is not None:
            texts[_unescaped(name[1])] = body.decode("utf-8", "replace")
        place = end + 2 + len(mark)
    raise _no_form()


def _unescaped(name: bytes) -> str:
    """Return a name as browsers write it into a heading."""
    text = name.decode("utf-8", "replace")
    return text.replace("%22", '"').replace("%0D", "").replace("%0A", "")


def _no_form() -> Refusal:
    message = "no form of a page"
    return Refusal("invalid-request", message, "", "open the page again and send it from there")
