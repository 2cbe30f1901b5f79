"""Disproportionality of reports: pair counts, PRR, ROR, IC, EBGM, false discovery rates."""
