"""The routes, a file for each noun."""

from workbench.server.routes import (
    boards,
    challenges,
    health,
    organiser,
    oversight,
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
    oversight.ROUTER,
    people.ROUTER,
)

__all__ = ["API", "ROUTERS", "health"]
