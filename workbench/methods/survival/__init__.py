"""Times to an event under censoring: curves, regressions, tests, evaluation."""
