"""The append-only record of a run: written, read, verified, listed; never interpreted."""
