"""The stages of an emulated target trial; the main path is ``runs/emulation.py``."""
