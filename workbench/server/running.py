"""Runs a server until it is told to stop."""

from __future__ import annotations

import signal
import socket

import uvicorn
from fastapi import FastAPI

from workbench.errors import UsageError

_MOST_CONNECTIONS = 1_000
GRACE_S = 30
"""Seconds requests in progress may take once the server is to stop."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises:
        UsageError: The address is taken, or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=256)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            where="--host, --port",
            remedy="take another port, or an address of this machine",
        ) from error


def run(
    app: FastAPI, listening: socket.socket, *, proxied: bool = False, slowest_s: int = GRACE_S
) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in progress are finished first.

    Args:
        app: The application.
        listening: Where.
        proxied: Whether a proxy on this machine is before it, whose word is taken for who asks and
            whether by TLS.
        slowest_s: Seconds a request may still take.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        # Uvicorn stops at a signal, then raises it once more: it has been obeyed by then.
        signal.signal(number, _nothing)
    server(app, proxied=proxied, slowest_s=slowest_s).run(sockets=[listening])


def server(app: FastAPI, *, proxied: bool = False, slowest_s: int = GRACE_S) -> uvicorn.Server:
    """Return the server of an application, not started yet; see :func:`run`."""
    config = uvicorn.Config(
        app,
        http="h11",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=proxied,
        forwarded_allow_ips="127.0.0.1,::1" if proxied else None,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=slowest_s,
        h11_max_incomplete_event_size=32 * 2**10,
    )
    return uvicorn.Server(config)


def _nothing(*_: object) -> None:
    """Do nothing about a signal."""
