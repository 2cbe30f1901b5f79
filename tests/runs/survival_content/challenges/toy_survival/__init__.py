"""Time to death of made-up persons."""
