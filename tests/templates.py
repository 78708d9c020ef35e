"""Templates of the tests: compiled once in each process, not anew by every application."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from jinja2.bccache import Bucket, BytecodeCache


class _Compiled(BytecodeCache):
    """What is known of templates by their content; another content is compiled anew."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = self._known.get((bucket.key, bucket.checksum))
        if known is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class _Remembering(Environment):
    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, bytecode_cache=_COMPILED, **options)


def compile_once() -> None:
    """Let every application of this process take the templates that another has compiled."""
    Flask.jinja_environment = _Remembering
