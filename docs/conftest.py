"""Pages whose lines need files that are not in the repository run in tests/docs instead."""

collect_ignore = ["immortal_time.md"]
