"""Toy survival: known hazards, random censoring."""
