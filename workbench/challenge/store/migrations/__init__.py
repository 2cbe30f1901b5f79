"""Changes to the tables, in order, run by :mod:`workbench.challenge.store.migrate`."""
