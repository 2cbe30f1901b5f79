"""Template name: a challenge."""
