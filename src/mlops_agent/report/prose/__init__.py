"""Whether a claim's sentence says what its assertions say: numbers, names, places, quotes, extent.

A true pointer under a false sentence is the commonest way in which a report misleads. Only what a
machine can read off a sentence is judged here; the rendered report prints the assertion beside it.
"""
