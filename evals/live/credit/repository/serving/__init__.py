"""Answers for the loan desk."""
