"""Metrics of predicted survival: truth is a time and whether the event was seen."""
