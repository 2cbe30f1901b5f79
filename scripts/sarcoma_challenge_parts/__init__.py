"""Parts of scripts/sarcoma_challenges.py."""
