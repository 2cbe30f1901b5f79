"""Survival from a slide's tiles and a row of clinical features together."""
