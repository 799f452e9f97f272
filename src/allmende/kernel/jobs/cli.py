# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende jobs …`"""

import sys
from uuid import UUID

import click

from allmende.kernel.jobs import health, queries, rules, service
from allmende.kernel.jobs.models import Job


@click.group()
def jobs() -> None:
    """Background jobs: list them, look at one, cancel, retry; run a worker."""


@jobs.command("list")
@click.option("--status", type=click.Choice(list(rules.STATES)), help="Only jobs in this state.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="At most this many.")
def list_jobs(status: str | None, limit: int) -> None:
    """List jobs, newest first."""
    found = Job.objects.order_by("-created_at", "-pk")
    for job in (found.filter(status=status) if status else found)[:limit]:
        click.echo(f"{job.uuid}  {job.created_at:%Y-%m-%d %H:%M}  {job.status:<9}  {_amount(job):>13}  {job.title}")


@jobs.command()
@click.argument("uuid", type=click.UUID)
def show(uuid: UUID) -> None:
    """Show everything about one job."""
    job = _job(uuid)
    for name in ("title", "target", "status", "message", "attempts", "run_after", "worker", "lease_until", "error"):
        click.echo(f"{name:<12} {getattr(job, name) or '-'}")
    click.echo(f"{'items':<12} {_amount(job)}")


@jobs.command()
@click.argument("uuid", type=click.UUID)
def cancel(uuid: UUID) -> None:
    """Cancel a job; what is finished stays."""
    _change(service.cancel, uuid)


@jobs.command()
@click.argument("uuid", type=click.UUID)
def retry(uuid: UUID) -> None:
    """Queue a failed or cancelled job again; it goes on where it stopped."""
    _change(service.retry, uuid)


@jobs.command()
def work() -> None:
    """Run the worker until it is stopped."""
    from django.core.management import call_command

    call_command("qcluster")


@jobs.command()
def status() -> None:
    """Say whether a worker is alive (exit code 1 if none is)."""
    try:
        click.echo(health.check())
    except health.UnhealthyError as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)


def _amount(job: Job) -> str:
    return f"{job.done} of {job.total}" if job.total is not None else str(job.done)


def _job(uuid: UUID) -> Job:
    job = queries.job(uuid)
    if job is None:
        raise click.ClickException(f"There is no job {uuid}.")
    return job


def _change(verb: object, uuid: UUID) -> None:
    try:
        job = verb(_job(uuid), actor=None)  # type: ignore[operator]
    except service.NotPossibleError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{job.uuid} {job.status}")
