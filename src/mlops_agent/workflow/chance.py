"""The statistics that thresholds are derived from, in plain Python.

Owns quantiles, standard errors and sample sizes, each with its source. It knows nothing of models
or gates, and refuses (ValueError) arguments for which the formula has no meaning.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_STANDARD = NormalDist()
_HALVINGS = 60
_SERIES_TERMS = 10_000
_EXACT = 1e-15


def normal_quantile(probability: float) -> float:
    """The standard normal's quantile, for a probability between 0 and 1."""
    return _STANDARD.inv_cdf(probability)


def chi_square_quantile(probability: float, freedom: int) -> float:
    """The chi-square quantile, by halving on the exact distribution function."""
    if not 0 < probability < 1 or freedom < 1:
        raise ValueError(f"no chi-square quantile of {probability} with {freedom} degrees")
    low, high = 0.0, float(freedom)
    while chi_square_share(high, freedom) < probability:
        high *= 2
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if chi_square_share(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chi_square_share(value: float, freedom: int) -> float:
    """The share of a chi-square distribution below a value: the series of the incomplete gamma."""
    if value <= 0:
        return 0.0
    shape, x = freedom / 2, value / 2
    term = total = 1 / shape
    for step in range(1, _SERIES_TERMS):
        term *= x / (shape + step)
        total += term
        if term < total * _EXACT:
            break
    return min(1.0, total * math.exp(shape * math.log(x) - x - math.lgamma(shape)))


def binomial_tail(number: int, trials: int, probability: float) -> float:
    """The chance of at least `number` successes in `trials`, exactly."""
    if number <= 0:
        return 1.0
    if not 0 < probability < 1:
        raise ValueError(f"a probability of {probability} needs no test")
    odds = math.log(probability) - math.log1p(-probability)
    log_below = [_log_chance(k, trials, probability, odds) for k in range(min(number, trials + 1))]
    return max(0.0, 1.0 - math.fsum(math.exp(one) for one in log_below))


def _log_chance(number: int, trials: int, probability: float, odds: float) -> float:
    choices = math.lgamma(trials + 1) - math.lgamma(number + 1) - math.lgamma(trials - number + 1)
    return choices + number * odds + trials * math.log1p(-probability)


def least_surprising(trials: int, probability: float, risk: float) -> int:
    """The least count that a binomial reaches with a chance of at most `risk`."""
    # So many deviations above the mean are never needed; counting up to all trials takes minutes.
    mean = trials * probability
    deviations = 4 + math.sqrt(-2 * math.log(risk))
    low, high = 0, min(trials + 1, math.ceil(mean + deviations * math.sqrt(mean) + deviations**2))
    while low < high:
        middle = (low + high) // 2
        if binomial_tail(middle, trials, probability) <= risk:
            high = middle
        else:
            low = middle + 1
    return low


def proportion_error(share: float, rows: int) -> float:
    """The standard error of a proportion that was measured on so many rows."""
    if not 0 <= share <= 1 or rows < 1:
        raise ValueError(f"no standard error of {share} on {rows} rows")
    return math.sqrt(share * (1 - share) / rows)


def auc_error(auc: float, positives: int, negatives: int) -> float:
    """The standard error of an area under the ROC curve (Hanley and McNeil 1982, formula 1)."""
    if not 0 < auc < 1 or positives < 1 or negatives < 1:
        raise ValueError(f"no standard error of AUC {auc} on {positives} and {negatives} rows")
    both_positive, both_negative = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = (
        auc * (1 - auc)
        + (positives - 1) * (both_positive - auc * auc)
        + (negatives - 1) * (both_negative - auc * auc)
    )
    return math.sqrt(spread / (positives * negatives))


def two_proportions(first: float, second: float, risk: float, power: float) -> int:
    """Rows in each arm to tell two proportions apart, one-sided at `risk` (Fleiss 1981)."""
    if not (0 < first < 1 and 0 < second < 1) or first == second:
        raise ValueError(f"{first} and {second} cannot be told apart")
    middle = (first + second) / 2
    null = normal_quantile(1 - risk) * math.sqrt(2 * middle * (1 - middle))
    other = normal_quantile(power) * math.sqrt(first * (1 - first) + second * (1 - second))
    return math.ceil(((null + other) / (first - second)) ** 2)


def one_proportion(share: float, drop: float, risk: float, power: float) -> int:
    """Rows on which a proportion is seen to have fallen by `drop`, one-sided at `risk`."""
    z = normal_quantile(1 - risk) + normal_quantile(power)
    return math.ceil(z * z * share * (1 - share) / (drop * drop))


def psi_critical(reference: int, window: int, bins: int, risk: float) -> float:
    """The stability index that chance alone exceeds with `risk` (Yurdakul and Naranjo 2020).

    Without a shift the index is about (1/n + 1/m) times chi-square with bins - 1 degrees.
    """
    return chi_square_quantile(1 - risk, bins - 1) * (1 / reference + 1 / window)


def psi_rows(bound: float, bins: int, risk: float, reference: int | None = None) -> int:
    """The least rows of a window at which chance exceeds `bound` with at most `risk`.

    The reference has as many rows as the window where it is None. Raises ValueError where the
    reference is too small for any window to do.
    """
    quantile = chi_square_quantile(1 - risk, bins - 1)
    if reference is None:
        return math.ceil(2 * quantile / bound)
    left = bound / quantile - 1 / reference
    if left <= 0:
        raise ValueError(f"a reference of {reference} rows is too small for {bound}")
    return math.ceil(1 / left)


def ks_critical(reference: int, window: int, risk: float) -> float:
    """The two-sample Kolmogorov-Smirnov distance that chance exceeds with `risk` (asymptotic)."""
    factor = math.sqrt(-math.log(risk / 2) / 2)
    return factor * math.sqrt((reference + window) / (reference * window))
