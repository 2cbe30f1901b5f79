"""Parts of scripts/adverse_event_challenges.py."""
