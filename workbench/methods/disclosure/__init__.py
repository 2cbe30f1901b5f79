"""Disclosure control of tables of persons: what is hidden, and the attacker who looks for it."""
