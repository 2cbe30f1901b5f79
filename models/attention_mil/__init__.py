"""Gated-attention multiple-instance learning (Ilse, Tomczak & Welling 2018)."""
