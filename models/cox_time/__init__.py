"""CoxTime: relative risks that depend on time, learnt from cases against controls at risk."""
