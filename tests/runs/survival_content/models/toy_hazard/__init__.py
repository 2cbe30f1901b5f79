"""A constant hazard for each value of the last feature."""
