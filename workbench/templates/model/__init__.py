"""Template name: say in one line what the method is."""
