"""Marks the messages that the catalogues hold; whoever shows one translates it."""

from __future__ import annotations


def _(message: str) -> str:
    """Mark a message for translation."""
    return message
