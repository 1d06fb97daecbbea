"""The ten gates: what is known, what is asked, what is assumed; the delivery bundle and its bar."""
