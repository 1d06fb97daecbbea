"""Confining commands: what a command can see, write and reach, and for how long."""
