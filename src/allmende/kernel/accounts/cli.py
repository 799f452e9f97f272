# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende accounts …`: the way back in for whoever has the server."""

import click

from allmende.kernel.accounts import queries, service
from allmende.kernel.accounts.models import User
from allmende.kernel.accounts.sealing import SealError


@click.group()
def accounts() -> None:
    """Accounts of people: who is an administrator, a new one-time password, sealing second factors."""


@accounts.command()
def administrators() -> None:
    """List the active administrators."""
    for user in queries.administrators():
        click.echo(user.username)


@accounts.command("one-time-password")
@click.argument("username")
@click.option("--reset-mfa", is_flag=True, help="Also remove the second factor, for a lost device.")
def one_time_password(username: str, reset_mfa: bool) -> None:
    """Print a new one-time password for USERNAME; it must be changed at the next login, within seven days."""
    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        raise click.ClickException(f"There is no account called {username!r}. Nothing was changed.")
    if reset_mfa:
        service.reset_mfa(user, actor=None)
    click.echo(service.issue_one_time_password(user, actor=None))


@accounts.command("seal-factors")
def seal_factors() -> None:
    """Seal all second factors with the current secret key, after it was replaced."""
    try:
        count = service.seal_second_factors()
    except SealError as error:
        raise click.ClickException(
            "A second factor was sealed with another secret key. Set ALLMENDE_SECRET_KEY_FALLBACKS to it. Nothing was changed."
        ) from error
    click.echo(f"{count} second factors were sealed anew.")
