"""LogisticHazard: a network with one output for the hazard of each interval."""
