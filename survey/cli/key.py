"""Keys of a team: made, split, tested and used on the researcher's machine, without a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path

import click
from pyrage.x25519 import Identity

from survey.cli.installation import ready_database
from survey.config import read_settings
from survey.errors import SealError
from survey.keys import (
    needs_passphrase,
    new_identity,
    public_key,
    read_identity,
    unseal,
    write_identity,
    write_new,
)
from survey.operations.keys import make_test, pass_test
from survey.operations.opening import explain
from survey.operations.sealed_files import open_file
from survey.operations.waves import find_wave
from survey.shares import join_shares, needed, read_words, share_sheet, split_identity

_path = click.Path(path_type=Path)
_share = click.option(
    "--share", "shares", type=_path, multiple=True, help="File with a recovery share; repeat it."
)


def with_keys(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that give keys, passed to the command as `identities`."""

    @_share
    @click.option("--identity", "files", type=_path, multiple=True, help="File of a secret key.")
    @wraps(command)
    def with_identities(
        *, files: Sequence[Path], shares: Sequence[Path], **options: object
    ) -> None:
        identities = [_identity(file) for file in files]
        if shares:
            identities.append(_joined(shares))
        command(identities=identities, **options)

    return with_identities


@click.group()
def key() -> None:
    """Make the keys of a team, split them for safety, test them, and open what is sealed.

    Only `key test --round` needs the server's folder; everything else works offline.
    """


@key.command()
@click.option("-o", "--output", type=_path, default="team-key.txt", show_default=True)
@click.option("--passphrase", is_flag=True, help="Lock the file with a passphrase, asked for.")
def new(output: Path, *, passphrase: bool) -> None:
    """Make a secret key, in a file for its owner alone; print its public key."""
    locked = ""
    if passphrase:
        locked = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    identity = new_identity()
    write_identity(output, identity, locked)
    click.echo(f"The secret key is in {output}. Whoever has that file can open the answers.")
    click.echo("Split it before anything else: sixfold key split " + str(output))
    click.echo("For `recipients` in the round file, the public key:")
    click.echo(public_key(identity))


@key.command()
@click.argument("file", type=_path)
@click.option("--shares", default=3, show_default=True, help="Sheets to be made.")
@click.option("--need", default=2, show_default=True, help="Sheets that rebuild the key.")
@click.option("-o", "--output", type=_path, help="Folder for a file each, instead of stdout.")
def split(file: Path, *, shares: int, need: int, output: Path | None) -> None:
    """Split the secret key in FILE into recovery shares, to be printed and kept by people."""
    identity = _identity(file)
    lists = split_identity(identity, shares, need)
    sheets = [
        share_sheet(words, number, shares, need, identity) for number, words in enumerate(lists)
    ]
    if output is None:
        click.echo("\f\n".join(sheets))
        return
    output.mkdir(mode=0o700, exist_ok=True)
    for number, sheet in enumerate(sheets, start=1):
        write_new(output / f"share-{number}.txt", sheet.encode())
    click.echo(
        f"{shares} sheets are in {output}; any {need} rebuild the key. Print each, give it to "
        "another person, and delete the files."
    )


@key.command()
@_share
@click.option("-o", "--output", type=_path, default="team-key.txt", show_default=True)
def join(shares: Sequence[Path], output: Path) -> None:
    """Rebuild a lost secret key from recovery shares, given as files or typed in."""
    identity = _joined(shares)
    write_identity(output, identity)
    click.echo(f"The secret key of {public_key(identity)} is in {output} again.")


@key.command()
@click.argument("message", type=_path, required=False)
@_share
@click.option("--round", "link", help="The round whose test message is made, or answered.")
@click.option("--word", help="What the opened message said.")
@click.option("-o", "--output", type=_path, help="File for the message.  [LINK-test.age]")
def test(
    message: Path | None,
    shares: Sequence[Path],
    link: str | None,
    word: str | None,
    output: Path | None,
) -> None:
    """Prove that recovery shares work, before a round that seals answers may open.

    On the server, `--round LINK` makes a test message. Offline, `sixfold key test MESSAGE` opens
    it with recovery shares and prints its word. On the server, `--round LINK --word WORD` takes
    the word back, and the round may open.
    """
    if (message is None) == (link is None):
        raise SealError("give either a test message to be opened, or --round with a link")
    if message is not None:
        _open_test(message, shares)
    elif link is not None:
        _serve_test(link, word, output or Path(f"{link}-test.age"))


@key.command("open")
@click.argument("file", type=_path)
@click.option("-o", "--output", type=_path, required=True, help="File for what is opened.")
@with_keys
def open_sealed(file: Path, output: Path, identities: Sequence[Identity]) -> None:
    """Open FILE, an export of sealed answers or anything age has encrypted, into a clear file."""
    if output.resolve().is_relative_to(read_settings().instance.resolve()):
        raise SealError(
            f"{output} lies in the server's folder, where opened answers are never kept; "
            "write them on your own machine"
        )
    content, opening = open_file(file, identities or [_joined(())])
    write_new(output, content)
    for line in explain(opening.left_out):
        click.echo(f"{line}; it stays sealed in {file}.", err=True)
    if opening.responses:
        click.echo(f"{len(opening.responses)} responses are open.")
    click.echo(
        f"{output} is in CLEAR TEXT: whoever has the file can read it. Keep it on a locked disk, "
        "and delete it when the analysis is done."
    )


def _serve_test(link: str, word: str | None, output: Path) -> None:
    settings = read_settings()
    secret = settings.lasting_key()
    with ready_database(settings).writing() as session:
        wave = find_wave(session, link)
        if word is not None:
            pass_test(session, wave, word, secret)
            click.echo(f"The recovery shares work. The round '{link}' opens on {wave.opens_on}.")
            return
        write_new(output, make_test(session, wave, secret))
    click.echo(f"Take {output} to the holders of the shares and run: sixfold key test {output}")


def _open_test(message: Path, shares: Sequence[Path]) -> None:
    content = message.read_bytes()
    try:
        found = json.loads(unseal(content, [_joined(shares)]))
        link, word = found["round"], found["word"]
    except (ValueError, KeyError, TypeError):
        raise SealError(f"{message} is no test message; make one with --round") from None
    click.echo("The shares open the message. On the server, run:")
    click.echo(f"sixfold key test --round {link} --word {word}")


def _identity(file: Path) -> Identity:
    if not needs_passphrase(file):
        return read_identity(file)
    return read_identity(file, click.prompt(f"Passphrase of {file}", hide_input=True))


def _joined(files: Sequence[Path]) -> Identity:
    """Return the key of the shares in `files`, or of those that are typed in."""
    lists = [read_words(file.read_bytes().decode("utf-8", "replace")) for file in files]
    while not lists or (not files and len(lists) < needed(lists[0])):
        typed = click.prompt(f"All words of recovery share {len(lists) + 1}", hide_input=True)
        lists.append(read_words(typed))
        needed(lists[-1])
    return join_shares(lists)
