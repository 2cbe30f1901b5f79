"""Claims stored person block by person block: distinct counts in one walk and a few megabytes."""
