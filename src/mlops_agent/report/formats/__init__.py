"""The audit in the formats that its readers take: text, SARIF, GitHub annotations."""
