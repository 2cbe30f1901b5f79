"""Statistical methods of a field: survival, causal effects. Arrays and frames in, results out."""
