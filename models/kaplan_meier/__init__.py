"""The Kaplan-Meier curve: the same prediction for everybody."""
