"""The hidden sides of the shipped challenges, made from a secret seed."""
