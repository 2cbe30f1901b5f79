"""Whole-slide images: reading, tissue, tiles, features, encoders, heatmaps and writing."""
