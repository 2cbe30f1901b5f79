"""What every answer says about how it may be used, and by whom it may be kept."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""For a page that brings its style and figures with it and runs no script."""
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def secure(headers: MutableHeaders, *, encrypted: bool) -> None:
    """Complete the headers of an answer; what a route has set itself stays.

    Args:
        headers: Of the answer.
        encrypted: Whether it was asked for by TLS: then it always is to be.
    """
    for name, value in _ALWAYS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Cache-Control", "no-store")
    if encrypted:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
