"""Loan applications: reading them, and the model that scores them."""
