"""The desk of those who ask: their projects, rounds, members and log. Loaded when staff come."""
