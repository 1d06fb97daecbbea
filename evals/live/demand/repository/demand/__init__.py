"""Daily demand by shop and article."""
