"""What an application says of itself: where no token is needed, which methods a path takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from workbench.challenge.store.permission import PUBLIC, Resource, may

_NO_TOKEN: dict[str, list[str]] = {}


def describe(app: FastAPI, placed: Sequence[tuple[str, APIRouter]]) -> None:
    """Let the OpenAPI document of an application say where no token is needed.

    Args:
        app: The application.
        placed: Its routers, each with what its paths begin with.
    """
    app.state.placed = placed
    written = app.openapi

    def openapi() -> dict[str, Any]:
        new = app.openapi_schema is None
        document = written()
        for prefix, route in _routes(app) if new else ():
            if all(may(PUBLIC, action, Resource("any")) for action in _actions(route.dependant)):
                operations = document["paths"].get(prefix + route.path_format, {})
                for method in route.methods or ():
                    operations.get(method.lower(), {}).get("security", []).append(_NO_TOKEN)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def methods_of(app: FastAPI, path: str) -> list[str]:
    """Return every method a path takes, by name."""
    found: set[str] = set()
    for prefix, route in _routes(app):
        if path.startswith(prefix) and route.path_regex.match(path.removeprefix(prefix)):
            found |= route.methods or set()
    return sorted(found)


def _routes(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    """Yield the routes, each with what its path begins with."""
    for prefix, router in app.state.placed:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield prefix, route


def _actions(dependant: Dependant) -> Iterator[Any]:
    """Yield what the doors of a route ask for."""
    for one in dependant.dependencies:
        action = getattr(one.call, "action", None)
        if action is not None:
            yield action
        yield from _actions(one)
