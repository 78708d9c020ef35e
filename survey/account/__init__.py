"""Accounts of staff: join, sign in, prove it twice, sign out. Loaded when staff come, only then."""
