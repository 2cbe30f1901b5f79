"""Challenge sarcoma-survival: how long patients live after surgery of a soft-tissue sarcoma."""
