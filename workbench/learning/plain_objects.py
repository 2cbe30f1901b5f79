"""Fitted scikit-learn objects as JSON and plain arrays, without pickle.

An object is written as the name of its class and its state; a class is looked up again only below
``sklearn``, and only classes are called, never functions. Linear models, pipelines, scalers, trees,
forests and histogram gradient boosting can be written; what holds anything else (a function, a
search tree, a sparse matrix) is refused by name when it is saved. Generators are dropped: they
serve fitting only.
"""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np

from workbench.errors import DataError, UsageError

ALLOWED = "sklearn."


class Writer:
    """Turns an object into a JSON value; arrays collect in ``arrays``."""

    def __init__(self) -> None:
        self.arrays: dict[str, np.ndarray] = {}

    def write(self, value: Any, where: str) -> Any:
        """Return the JSON value of an object.

        Args:
            value: What to write.
            where: Its place in the whole, for the message.

        Raises:
            UsageError: It holds something that has no plain form.
        """
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": repr(float(value))}
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(np.asarray(value), where, scalar=isinstance(value, np.generic))
        if isinstance(value, (np.random.Generator, np.random.RandomState)):
            return None
        if type(value) in (list, tuple):
            items = [self.write(item, f"{where}[{i}]") for i, item in enumerate(value)]
            return {type(value).__name__: items}
        if type(value) is dict:
            pairs = [
                [self.write(k, where), self.write(v, f"{where}.{k}")] for k, v in value.items()
            ]
            return {"dict": pairs}
        return self._object(value, where)

    def _array(self, value: np.ndarray, where: str, *, scalar: bool) -> dict[str, Any]:
        """Keep an array and return its name."""
        if value.dtype.hasobject:
            if not all(isinstance(item, str) for item in value.ravel()):
                raise _refused(value, where)
            return {"texts": [value.ravel().tolist(), list(value.shape)]}
        name = f"a{len(self.arrays)}"
        self.arrays[name] = value
        return {"scalar" if scalar else "array": name}

    def _object(self, value: Any, where: str) -> dict[str, Any]:
        """Return class, constructor arguments and state, as the object itself states them."""
        kind = type(value)
        if not kind.__module__.startswith(ALLOWED):
            raise _refused(value, where)
        make, args, *rest = value.__reduce_ex__(2)
        # A compiled class without state: its generated restorer does no more than call it.
        if getattr(make, "__name__", "").startswith("__pyx_unpickle") and args[::2] == (kind, ()):
            make, args = kind, ()
        fresh = getattr(make, "__name__", "") == "__newobj__"
        state = rest[0] if rest else None
        plain = state is None or type(state) is dict
        if not plain or (fresh and args != (kind,)) or not (fresh or make is kind):
            raise _refused(value, where)
        return {
            "object": f"{kind.__module__}:{kind.__qualname__}",
            "args": None if fresh else self.write(list(args), where),
            "state": self.write(state, where),
        }


class Reader:
    """Turns a JSON value back into an object.

    Args:
        arrays: What the writer collected.
    """

    def __init__(self, arrays: dict[str, np.ndarray]) -> None:
        self.arrays = arrays

    def read(self, value: Any) -> Any:
        """Return the object of a JSON value.

        Raises:
            DataError: The value has no known form, or names a class that is not scikit-learn's.
        """
        if not isinstance(value, dict):
            return value
        if "object" in value:
            return self._object(value)
        tag, content = next(iter(value.items()))
        if tag == "list":
            return [self.read(item) for item in content]
        if tag == "tuple":
            return tuple(self.read(item) for item in content)
        if tag == "dict":
            return {self.read(key): self.read(item) for key, item in content}
        if tag == "array":
            return self.arrays[content]
        if tag == "scalar":
            return self.arrays[content][()]
        if tag == "texts":
            return np.array(content[0], dtype=object).reshape(content[1])
        if tag == "float":
            return float(content)
        raise DataError(f"a saved model holds a value of unknown form '{tag}'")

    def _object(self, value: dict[str, Any]) -> Any:
        """Make an object of an allowed class and give it its state."""
        module, _, name = str(value["object"]).partition(":")
        if not module.startswith(ALLOWED):
            raise DataError(
                f"a saved model may hold scikit-learn objects only, not {module}.{name}"
            )
        kind = getattr(importlib.import_module(module), name, None)
        if not isinstance(kind, type):
            raise DataError(f"this scikit-learn has no class {module}.{name}")
        args = self.read(value["args"])
        made: Any = object.__new__(kind) if args is None else kind(*args)
        state = self.read(value["state"])
        if state is not None:
            restore = getattr(made, "__setstate__", None)
            restore(state) if restore else made.__dict__.update(state)
        return made


def _refused(value: Any, where: str) -> UsageError:
    """Say which part of a model has no plain form."""
    return UsageError(
        f"the model holds a {type(value).__module__}.{type(value).__name__}, which cannot be saved "
        "without pickle",
        where=where,
        remedy="use a linear model, a tree, a forest or histogram gradient boosting",
    )
