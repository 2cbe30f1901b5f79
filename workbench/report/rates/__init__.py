"""The pages of reporting rates: one report and a sheet per substance, in English and French."""

from workbench.report.rates.page import write_rates_report as write_rates_report
