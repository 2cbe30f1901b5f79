"""Challenge tissue-lesions: grade the worst lesion of a whole slide, in the TissueNet form."""
