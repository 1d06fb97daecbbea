import numpy as np
import pytest

from monitor.psi import psi


def test_the_same_values_have_not_moved() -> None:
    values = np.arange(100.0)
    assert psi(values, values, 10) == pytest.approx(0.0)


def test_a_shift_of_half_the_range_is_drift() -> None:
    values = np.arange(100.0)
    assert psi(values, values + 50, 10) > 0.2
