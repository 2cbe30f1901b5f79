"""Challenge sarcoma-causal: the effect of chemotherapy in cohorts whose truth is hidden."""
