"""Which server is meant, and whether a token may travel there."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.errors import UsageError


@dataclass(frozen=True)
class Origin:
    """A server.

    Attributes:
        secure: Whether it is reached by TLS.
        host: Its name or address.
        port: Its port.
        prefix: Path before the routes, empty or ``/name``.
    """

    secure: bool
    host: str
    port: int
    prefix: str = ""

    def __str__(self) -> str:
        scheme, usual = ("https", 443) if self.secure else ("http", 80)
        name = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{name}{'' if self.port == usual else f':{self.port}'}{self.prefix}"


def read_origin(url: str) -> Origin:
    """Return the server of a URL.

    >>> str(read_origin("HTTPS://Challenge.example.org:443/x/"))
    'https://challenge.example.org/x'
    >>> str(read_origin("http://127.0.0.1:8000"))
    'http://127.0.0.1:8000'

    Raises:
        UsageError: It is no http or https URL, holds a password, or would send a token in clear
            text over a network.
    """
    remedy = "give a URL such as https://challenge.example.org"
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"no URL: {error}", where="--server", remedy=remedy) from error
    if parts.username or parts.password:
        message = "a URL holds no name and no password"
        raise UsageError(message, where="--server", remedy="workbench login URL --token-file FILE")
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise UsageError(f"'{url[:80]}' is no server", where="--server", remedy=remedy)
    secure = parts.scheme == "https"
    if not secure and not _is_this_machine(host):
        message = f"{url[:80]} is not encrypted: the token could be read on the way"
        raise UsageError(message, where="--server", remedy="use https://")
    return Origin(secure, host, port or (443 if secure else 80), parts.path.rstrip("/"))


def _is_this_machine(host: str) -> bool:
    """Say whether a host is this machine, so that nothing leaves it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
