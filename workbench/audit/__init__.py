"""The audit chain: one append-only, hash-chained log for data openings and challenge events.

Each line is a JSON record that ends in ``prev`` (the hash of the line before) and ``hash`` (sha256
of every byte of the line before it). The record count and the last hash, the *head*, are kept in
another folder as well, so that a cut tail or a removed log shows. On a machine whose user owns the
files this is discipline and evidence, not a barrier.
"""

from workbench.audit.log import AuditLog
from workbench.audit.places import actor, heads_folder, home

__all__ = ["AuditLog", "actor", "heads_folder", "home"]
