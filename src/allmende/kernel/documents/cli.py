# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende extract FILE`: what the house sees in a document."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from allmende.kernel.documents import service


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print all blocks as JSON.")
def extract(file: Path, as_json: bool) -> None:
    """Read a document and print its structure."""
    try:
        extracted = service.extract(file.read_bytes(), file.name)
    except service.ExtractionFailed as error:
        raise click.ClickException(f"{file}: {error}") from error
    if as_json:
        click.echo(json.dumps([asdict(block) for block in extracted.blocks], ensure_ascii=False, indent=1))
        return
    click.echo(f"{extracted.title or file.name}: {extracted.media_type}, {len(extracted.blocks)} blocks")
    for section in service.sections(extracted):
        click.echo(f"  {section.number} {section.heading}" + (f" (page {section.page})" if section.page else ""))
