"""Where an installation keeps its things, and the secret that signs what it hands out."""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from survey.errors import ConfigurationError

CONFIG = "config.toml"
_DATABASE = "sixfold.sqlite3"
_SHORTEST_KEY = 32


@dataclass(frozen=True)
class Settings:
    """The settings of one installation.

    Attributes
    ----------
    instance : Path
        Its folder: configuration, database, own questionnaires.
    database_url : str
        SQLAlchemy address of its database.
    secret_key : str
        Signs the hidden fields of pages; at least 32 characters, empty when there is none yet.
    old_keys : tuple of str
        Earlier secret keys, oldest first, which still open what they signed.
    hosts : tuple of str
        Names under which people reach it; requests for any other host are refused.
    """

    instance: Path
    database_url: str
    secret_key: str
    old_keys: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    def required_key(self) -> str:
        """Return the secret key.

        Raises
        ------
        ConfigurationError
            If there is none, or a short one.
        """
        if min(map(len, (self.secret_key, *self.old_keys))) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"the secret key is missing or shorter than {_SHORTEST_KEY} characters; "
                f"run `sixfold init`, or set SIXFOLD_SECRET_KEY"
            )
        return self.secret_key

    def signing_keys(self) -> tuple[str, ...]:
        """Return the keys that open what was signed, oldest first; the last one signs."""
        return (*self.old_keys, self.required_key())

    def lasting_key(self) -> bytes:
        """Return the key of what must be found again after the secret key was changed.

        It is the oldest that is still listed: a page that was sent before the change is known
        when it is sent again after it.
        """
        return self.signing_keys()[0].encode()


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from the instance folder; environment variables win.

    Raises
    ------
    ConfigurationError
        If ``config.toml`` cannot be read.
    """
    instance = Path(environment.get("SIXFOLD_INSTANCE", "instance")).absolute()
    try:
        written = tomllib.loads((instance / CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError:
        written = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{instance / CONFIG} cannot be read: {error}") from None
    unknown = written.keys() - {"database_url", "secret_key", "old_secret_keys", "hosts"}
    if unknown:
        raise ConfigurationError(f"{instance / CONFIG} has an unknown key '{min(unknown)}'")
    default = f"sqlite:///{instance / _DATABASE}"
    return Settings(
        instance=instance,
        database_url=environment.get("SIXFOLD_DATABASE_URL")
        or written.get("database_url", default),
        secret_key=environment.get("SIXFOLD_SECRET_KEY") or written.get("secret_key", ""),
        old_keys=_texts(written, "old_secret_keys", instance / CONFIG),
        hosts=_texts(written, "hosts", instance / CONFIG),
    )


def _texts(written: Mapping[str, object], key: str, path: Path) -> tuple[str, ...]:
    """Return a list of texts, or an empty one."""
    found = written.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ConfigurationError(f'{path}: {key} must be a list of texts, like ["…"]')
    return tuple(found)


def make_instance(settings: Settings, hosts: Sequence[str] = ()) -> Settings:
    """Make the instance folder and what is missing in its configuration, for its owner alone.

    Parameters
    ----------
    settings : Settings
        As they are read so far.
    hosts : sequence of str
        Names under which people will reach it; written when none are there.
    """
    settings.instance.mkdir(parents=True, exist_ok=True)
    settings.instance.chmod(0o700)
    if not settings.hosts and hosts:
        _write(settings, f"hosts = {json.dumps(list(hosts))}")
        settings = replace(settings, hosts=tuple(hosts))
    if settings.secret_key:
        return settings
    key = secrets.token_urlsafe(48)
    path = settings.instance / CONFIG
    if path.exists() and "secret_key" in tomllib.loads(path.read_text(encoding="utf-8")):
        raise ConfigurationError(f"{path} has an empty secret_key; delete that line")
    _write(settings, f'secret_key = "{key}"')
    return replace(settings, secret_key=key)


def _write(settings: Settings, line: str) -> None:
    """Add a line to the configuration."""
    path = settings.instance / CONFIG
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as config:
        config.write(f"{line}\n")
