"""Around every request: its id, its limits, its log line, its headers; nothing gets past."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbench.server import headers, logs
from workbench.server.host import Host
from workbench.server.limits import address_key
from workbench.server.problems import Wait
from workbench.server.refused import refused

MOST_FORM = 2**20
"""Largest body of a request that is no file, in bytes; a route that takes files says more."""
UNCOUNTED = frozenset(["/healthz", "/readyz"])


class Gate:
    """The outermost part of the application.

    Args:
        app: What is inside.
        host: What the routes share.
    """

    def __init__(self, app: ASGIApp, host: Host) -> None:
        self._app, self._host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, request_id = time.monotonic(), secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        told: dict[str, Any] = {"status": 0, "sent": 0, "received": 0}

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                told["status"] = message["status"]
                found = MutableHeaders(scope=message)
                found["X-Request-ID"] = request_id
                headers.secure(found, encrypted=scope["scheme"] == "https")
                if message["status"] >= 400 and scope["method"] == "POST":
                    found["Connection"] = "close"  # what was not read must not be read on
            elif message["type"] == "http.response.body":
                told["sent"] += len(message.get("body", b""))
            await send(message)

        async def counted() -> Message:
            message = await receive()
            told["received"] += len(message.get("body", b""))
            if told["received"] > scope["state"].get("most_body", MOST_FORM):
                raise HTTPException(413, f"over {MOST_FORM:,} bytes")
            return message

        try:
            wait = self._limited(scope)
            app = self._app if wait is None else refused(Request(scope), wait)
            await app(scope, counted, complete)
        except ClientDisconnect:
            told["status"] = 499
        except Exception as error:  # whatever it is: no text of it leaves, and the server goes on
            logs.note_error(error, request=request_id)
            if told["status"] == 0:
                await refused(Request(scope), error)(scope, receive, complete)
        finally:
            self._log(scope, told, request_id, time.monotonic() - began)

    def _limited(self, scope: Scope) -> Wait | None:
        """Count the request; return what is answered in its place where there were too many."""
        if scope["path"] in UNCOUNTED:
            return None
        address = scope["client"][0] if scope.get("client") else "unknown"
        wait = self._host.by_address.take(address_key(address))
        given = Headers(scope=scope).get("authorization")
        if not wait and given:
            wait = self._host.by_token.take(hashlib.sha256(given.encode()).hexdigest())
        return Wait(wait, "too many requests in a minute") if wait else None

    def _log(self, scope: Scope, told: dict[str, Any], request_id: str, seconds: float) -> None:
        """Write the log line: the route's pattern, never the address that was asked for."""
        route, state = scope.get("route"), scope.get("state", {})
        quiet = scope["path"] in UNCOUNTED and told["status"] == 200
        logs.note(
            "request",
            level=logging.DEBUG if quiet else logging.INFO,
            request=request_id,
            method=scope["method"],
            route=getattr(route, "path", None),
            status=told["status"],
            bytes=told["sent"],
            ms=round(seconds * 1000, 1),
            actor=state.get("actor"),
        )
