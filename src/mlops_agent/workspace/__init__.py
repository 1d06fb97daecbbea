"""The worktree a run changes: made from a commit, edited atomically, measured, handed over."""
