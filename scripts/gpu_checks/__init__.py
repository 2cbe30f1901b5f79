"""The checks that ``gpu_acceptance.py`` runs, one file a theme."""
