"""The parts of a report beyond the scores: one file each, silent when its release has no topic."""
