"""Which pairs of substance and adverse event are signals?"""
