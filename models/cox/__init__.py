"""Cox proportional hazards regression."""
