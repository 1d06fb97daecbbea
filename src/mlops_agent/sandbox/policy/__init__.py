"""What a command line would do, said before it runs: it explains and audits, never enforces."""
