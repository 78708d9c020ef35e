"""Programme monitoring: what a programme promised, how far it has come, and what may go wrong."""
