"""Parameters of DeepSurv."""

from dataclasses import dataclass

from workbench.learning.network_params import NetworkParams


@dataclass(frozen=True)
class DeepSurvParams(NetworkParams):
    """Parameters of DeepSurv: those of its network."""
