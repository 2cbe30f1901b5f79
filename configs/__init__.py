"""Options of the configuration groups; Hydra needs this file to find them in a package."""
