"""Recorded runs as tests: transcripts, their strict replay, and their export for other tools."""
