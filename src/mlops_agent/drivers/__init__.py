"""Who decides the next call, behind one protocol; drivers run no tool and touch no file."""
