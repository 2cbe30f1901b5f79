"""Logistic regression on the mean, spread and maximum of a case's tile features."""
