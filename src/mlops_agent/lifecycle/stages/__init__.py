"""Which file does which stage's work."""
