"""One file a change; none is edited once a release has it."""
