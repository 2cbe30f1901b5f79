"""The participant's desk: the same verbs at a store of this machine and at a server elsewhere."""

from workbench.remote.desk import Desk
from workbench.remote.local import LocalDesk

__all__ = ["Desk", "LocalDesk"]
