"""The typed records that pass between rooms and leave the program; no logic, no I/O."""
