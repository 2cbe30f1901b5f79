"""Floor 3: cases in, a fitted model out. Seeds, devices, the fit loop, scikit-learn and lifelines.

``cases`` and ``model`` are light (numpy and pandas); torch and Lightning load only when a network
is fitted.
"""
