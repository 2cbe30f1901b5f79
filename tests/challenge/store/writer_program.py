"""Write submissions to a store until told to stop; print each that was acknowledged."""

import sys

from workbench.challenge.store import open_store
from workbench.challenge.store.events import SettingsChanged

place, count, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open_store(place) as store:
    for number in range(count):
        with store.writing(name) as transaction:
            value = "x" * 3000
            setting = SettingsChanged(name=f"{name}.{number}", value=value, reason="test")
            first = transaction.append(setting)
            transaction.append(SettingsChanged(name=f"{name}.last", value=number, reason="test"))
        print(first.seq, flush=True)
