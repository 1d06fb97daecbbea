"""Scoring of card payments."""
