import numpy as np
import pytest

from renewals.model import auc, fit


def test_the_auc_of_a_perfect_order_is_one() -> None:
    assert auc(np.array([0, 0, 1]), np.array([0.1, 0.2, 0.9])) == 1.0


def test_ties_count_half() -> None:
    assert auc(np.array([0, 1]), np.array([0.5, 0.5])) == pytest.approx(0.5)


def test_fitting_twice_gives_the_same_model() -> None:
    rows, labels = np.array([[0.0], [1.0], [2.0]]), np.array([0, 0, 1])
    assert fit(rows, labels, 0.5, 50, 0.0) == fit(rows, labels, 0.5, 50, 0.0)
