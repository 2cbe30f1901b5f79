"""The organiser's instruments: how small a difference a test set shows, how much a board lies."""
