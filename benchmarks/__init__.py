"""Speed as ratios in one run: the limit of the machine, and ours, on the same files. Never a timed test."""
