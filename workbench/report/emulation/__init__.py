"""The page of an emulated target trial, in English and French."""

from workbench.report.emulation.page import write_emulation_report as write_emulation_report
