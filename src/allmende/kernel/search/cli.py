# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende search …`"""

import click

from allmende.kernel.registry import RegistryError
from allmende.kernel.search import queries, service


@click.group()
def search() -> None:
    """The common search: look into it, make its index anew."""


@search.command()
def rebuild() -> None:
    """Read every declared source again; missing vectors are made in the background."""
    try:
        done = service.rebuild()
    except RegistryError as problem:
        raise click.ClickException(f"{problem} Nothing was changed.") from None
    for collection, change in sorted(done.items()):
        click.echo(f"{collection:<20} {change.written:>7} written {change.revoked:>7} revoked")
    click.echo(f"{len(queries.waiting())} documents wait for their vectors; `allmende jobs list` shows the job.")


@search.command()
def status() -> None:
    """Say how many documents are known, and how many are found by meaning too."""
    found = queries.status()
    click.echo(f"{'collection':<20} {'documents':>10} {'embedded':>10} {'passages':>10}")
    for collection, (documents, embedded, passages) in sorted(found.collections.items()):
        click.echo(f"{collection:<20} {documents:>10} {embedded:>10} {passages:>10}")
    click.echo(f"{'all':<20} {found.documents:>10} {found.embedded:>10} {found.passages:>10}")
