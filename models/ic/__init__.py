"""Ranks pairs by the lower end of the interval of the shrunken log2 observed to expected."""
