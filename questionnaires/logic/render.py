"""From a tree back to XLSForm text, with no more brackets than it needs."""

from __future__ import annotations

from decimal import Decimal

from questionnaires.logic.tree import RANKS, Call, Expression, Literal, Name, Negative, Operation


def render(tree: Expression) -> str:
    """Return the text of `tree`: ``parse(render(tree)) == tree``."""
    return _text(tree, 0)


def _text(tree: Expression, rank: int) -> str:
    """Return the text of `tree`, in brackets when its sign binds less tightly than `rank`."""
    if isinstance(tree, Operation):
        own = RANKS[tree.sign]
        text = f"{_text(tree.left, own)} {tree.sign} {_text(tree.right, own + 1)}"
        return f"({text})" if own < rank else text
    if isinstance(tree, Negative):
        return f"-{_text(tree.inner, len(RANKS))}"
    if isinstance(tree, Call):
        return f"{tree.function}({', '.join(_text(each, 0) for each in tree.arguments)})"
    if isinstance(tree, Name):
        return f"${{{tree.name}}}"
    return _literal(tree.value) if isinstance(tree, Literal) else "."


def _literal(value: str | float) -> str:
    if isinstance(value, str):
        quote = '"' if "'" in value else "'"
        return f"{quote}{value}{quote}"
    number = f"{Decimal(repr(value)):f}"
    return number.removesuffix(".0")
