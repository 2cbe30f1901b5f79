"""Ranks pairs by the lower end of the posterior of the gamma-Poisson shrinker."""
