"""Template name: say in one line what is asked."""
