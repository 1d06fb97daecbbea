"""Metric names in PromQL expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlops_agent.lifecycle.readers.documents.prometheus import metrics_of


@pytest.mark.parametrize(
    ("expr", "metrics"),
    [
        ("up == 0", ("up",)),
        ("absent(model_up)", ("model_up",)),
        (
            'sum(rate(a_total{x="b_total"}[5m])) by (c) / sum(rate(d_total[5m]))',
            ("a_total", "d_total"),
        ),
        ("a and on(job) b unless ignoring (x) c", ("a", "b", "c")),
        ("a > bool 1e3 or vector(0)", ("a",)),
        ("histogram_quantile(0.99, sum by (le) (lat_bucket)) > 2", ("lat_bucket",)),
        ('{__name__="a:b", c="d"} > 1', ("a:b",)),
        ('label_replace(a, "b", "$1", "c", "(.*)")', ("a",)),
        ("a offset 5m - a", ("a",)),
        ("avg without (b) (a @ start())", ("a",)),
        ("sum without(x) (a) # b", ("a",)),
        ("a{b='{{ $c }}'}[1h:5m]", ("a",)),
    ],
)
def test_metrics(expr: str, metrics: tuple[str, ...]) -> None:
    assert metrics_of(expr) == metrics


@given(st.text(max_size=100))
def test_any_text_has_distinct_names(expr: str) -> None:
    found = metrics_of(expr)
    assert len(set(found)) == len(found)
