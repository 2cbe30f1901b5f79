"""Draws slides with known truth: cohort, layout, cells, stains, one module each."""
