"""The sections of a run's page, one builder each: artefacts in, values for one template out."""
