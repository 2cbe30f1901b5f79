"""The stages of reporting rates; the main path is ``runs/reporting.py``."""
