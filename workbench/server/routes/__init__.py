"""The routes, a file for each noun."""

from workbench.server.routes import (
    boards,
    challenges,
    health,
    organiser,
    people,
    reports,
    submissions,
)

API = "/api/v1"
ROUTERS = (
    challenges.ROUTER,
    boards.ROUTER,
    submissions.ROUTER,
    reports.ROUTER,
    organiser.ROUTER,
    people.ROUTER,
)

__all__ = ["API", "ROUTERS", "health"]
