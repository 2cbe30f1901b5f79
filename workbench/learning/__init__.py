"""Floor 3: cases in, a fitted model out. Seeds, devices, the fit loop, scikit-learn, survival.

``cases`` and ``model`` are light (numpy and pandas); torch and Lightning load only when a network
is fitted.
"""
