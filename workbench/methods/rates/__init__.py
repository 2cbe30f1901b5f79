"""Reporting rates: cases over those exposed, with exact intervals. Arrays in, tables out."""
