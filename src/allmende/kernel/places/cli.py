# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende places import FILE`."""

import sys
from pathlib import Path

import click

from allmende.kernel.places import reasons, service
from allmende.kernel.places.engine.table import TableRefused

SHOWN = 50
"""Rows left out that are printed each."""


@click.group()
def places() -> None:
    """Streets and house numbers of the town."""


@places.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--complete", is_flag=True, help="The file is the whole register: delete what it does not name.")
def import_(file: Path, complete: bool) -> None:
    """Take in a street register (CSV); rows that make no sense are named and left out (exit code 1)."""
    try:
        taken = service.take_in(file.read_bytes(), complete=complete)
    except TableRefused as refused:
        raise click.ClickException(f"{file}: {reasons.of_file(refused)} Nothing was changed.") from None
    for name, counts in (("streets", taken.streets), ("house numbers", taken.houses)):
        click.echo(f"{name:<14}" + "  ".join(f"{count:>7} {what}" for what, count in counts.items()))
    for fault in taken.faults[:SHOWN]:
        click.echo(f"  {file}:{fault.line}: {reasons.of_row(fault)}", err=True)
    if taken.faults:
        click.echo(f"{len(taken.faults)} rows were left out.", err=True)
        sys.exit(1)
