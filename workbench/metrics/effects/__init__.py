"""Metrics of estimates of hidden numbers, such as treatment effects whose truth was simulated."""
