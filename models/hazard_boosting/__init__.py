"""Gradient boosting of discrete hazards."""
