"""Readers of claims, aggregates, reports and reference files: each to the canonical tables."""
