"""Cohorts of sarcoma patients with a known effect of chemotherapy."""
