"""Whole-slide pathology: which is the worst lesion on this slide?"""
