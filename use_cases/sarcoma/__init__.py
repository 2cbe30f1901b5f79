"""Soft-tissue sarcoma: survival after surgery, and what chemotherapy before or after it changes."""
