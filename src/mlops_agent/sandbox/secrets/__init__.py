"""Secrets: what looks like one or is known to be one is blanked before anybody is shown it."""
