"""A population with dispensings and reports whose truth is known."""
