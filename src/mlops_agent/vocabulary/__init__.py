"""What the calls, fields and files of each framework mean: data, and its loader."""
