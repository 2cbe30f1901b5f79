"""The digest of a configuration: two runs with the same one were told the same."""

from __future__ import annotations

from omegaconf import DictConfig, OmegaConf

from workbench import digests

# Where files lie and where a run is recorded change nothing about its result.
LEFT_OUT = ("paths", "tracking")


def digest(config: DictConfig) -> str:
    """Return the sha256 over everything in ``config`` but paths and tracking.

    >>> one = OmegaConf.create({"seed": 1, "paths": {"runs": "a"}})
    >>> two = OmegaConf.create({"paths": {"runs": "b"}, "seed": 1})
    >>> digest(one) == digest(two)
    True
    """
    plain = OmegaConf.to_container(config, resolve=True, enum_to_str=True)
    assert isinstance(plain, dict)
    return digests.of_json({key: value for key, value in plain.items() if key not in LEFT_OUT})
