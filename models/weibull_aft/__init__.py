"""Weibull accelerated failure time regression."""
