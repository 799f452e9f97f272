# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende anonymiser verify FILE`: whether a signed record is what was signed."""

import json
import sys
from pathlib import Path

import click

from allmende.modules.anonymiser import queries, records


@click.group()
def anonymiser() -> None:
    """Signed records of anonymised pictures."""


@anonymiser.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", help="Public key (base64), as the page of the keys shows it. Without it the keys of this house are tried."
)
@click.option(
    "--picture",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also say whether this file is, to the bit, a result that the record is about.",
)
def verify(file: Path, key: str | None, picture: Path | None) -> None:
    """Check the signature of the record in FILE (JSON). Exit code 1 when it is not what was signed, or not about the picture."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        named = str(content["key"])
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{file} is no record: {error}") from error
    try:
        valid = records.verify(content, {named: key} if key else queries.public_keys())
    except ValueError as error:
        raise click.ClickException(f"This is no public key: {error}") from error
    click.echo(f"{file}: signed with key {named}" if valid else f"{file}: NOT what was signed")
    if picture:
        fits = records.sha256(picture.read_bytes()) in records.results(content)
        click.echo(
            f"{picture}: a result that the record is about" if fits else f"{picture}: NOT what the record is about"
        )
        valid = valid and fits
    sys.exit(0 if valid else 1)
