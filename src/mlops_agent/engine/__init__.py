"""The loop and what holds it: limits, scope, stuck detection, resume; knows no driver."""
