"""Ranks pairs by the lower end of the interval of the reporting odds ratio."""
