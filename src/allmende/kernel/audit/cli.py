# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende audit …`."""

import sys

import click

from allmende.kernel.audit import service


@click.group()
def audit() -> None:
    """The audit: prove that nobody changed it."""


@audit.command()
@click.confirmation_option(prompt="Verify first: sealing says that you accept the log as it is now. Seal it?")
def reseal() -> None:
    """Seal the end of the chain anew, after ALLMENDE_SECRET_KEY was replaced."""
    entry = service.reseal()
    click.echo(f"Sealed with entry {entry.seq}.")


@audit.command()
@click.option(
    "--anchor", default="", help="Number and hash that an earlier verification printed; proves the log up to there."
)
def verify(anchor: str) -> None:
    """Recompute the whole chain. Exit code 0 when it is intact, 1 with the numbers of the entries when it is not."""
    try:
        report = service.verify(anchor)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--anchor") from None
    for breach in report.breaches:
        click.echo(f"{breach.seq}: {breach.message}", err=True)
    if not report.intact:
        click.echo(
            f"The audit was tampered with; first at entry {min(breach.seq for breach in report.breaches)}.", err=True
        )
        sys.exit(1)
    click.echo(f"{report.entries} entries, intact.")
    click.echo(f"Anchor to note outside this server: {report.anchor}")
