"""Parts of the fault script: a challenge, its participants, its processes, its database."""
