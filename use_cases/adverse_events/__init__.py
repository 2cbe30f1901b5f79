"""Adverse-event reports over patients really exposed: which pairs are signals, and at what rate."""
