"""Ranks pairs by the reporting rate per exposed patient over that of other substances."""
