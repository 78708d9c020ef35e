"""Where an installation keeps its things, and the secret that signs what it hands out."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
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
    """

    instance: Path
    database_url: str
    secret_key: str

    def required_key(self) -> str:
        """Return the secret key.

        Raises
        ------
        ConfigurationError
            If there is none, or a short one.
        """
        if len(self.secret_key) < _SHORTEST_KEY:
            raise ConfigurationError(
                f"the secret key is missing or shorter than {_SHORTEST_KEY} characters; "
                f"run `sixfold init`, or set SIXFOLD_SECRET_KEY"
            )
        return self.secret_key


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
    unknown = written.keys() - {"database_url", "secret_key"}
    if unknown:
        raise ConfigurationError(f"{instance / CONFIG} has an unknown key '{min(unknown)}'")
    default = f"sqlite:///{instance / _DATABASE}"
    return Settings(
        instance=instance,
        database_url=environment.get("SIXFOLD_DATABASE_URL")
        or written.get("database_url", default),
        secret_key=environment.get("SIXFOLD_SECRET_KEY") or written.get("secret_key", ""),
    )


def make_instance(settings: Settings) -> Settings:
    """Make the instance folder and a secret key, where they are missing, for its owner alone."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    settings.instance.chmod(0o700)
    if settings.secret_key:
        return settings
    key = secrets.token_urlsafe(48)
    path = settings.instance / CONFIG
    path.touch(mode=0o600)
    if "secret_key" in tomllib.loads(path.read_text(encoding="utf-8")):
        raise ConfigurationError(f"{path} has an empty secret_key; delete that line")
    with path.open("a", encoding="utf-8") as config:
        config.write(f'secret_key = "{key}"\n')
    return Settings(settings.instance, settings.database_url, key)
