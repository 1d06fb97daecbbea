"""The population stability index of one feature."""

import numpy as np

FLOOR = 0.0001


def psi(reference: np.ndarray, current: np.ndarray, bins: int) -> float:
    """How far the current values have moved from the reference; 0 for the same distribution.

    The bins hold equal shares of the reference.
    """
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, bins + 1)))
    edges[0], edges[-1] = -np.inf, np.inf
    was = np.maximum(np.histogram(reference, edges)[0] / len(reference), FLOOR)
    now = np.maximum(np.histogram(current, edges)[0] / len(current), FLOOR)
    return float(((now - was) * np.log(now / was)).sum())
