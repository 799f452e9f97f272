# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende up`: prepare what is missing, then run the web server and the worker until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click
import uvicorn
from django.conf import settings
from django.core.management import call_command

from allmende.kernel.accounts.service import ensure_administrator
from allmende.kernel.registry import DemoLoader, registry, resolve

DEMO = Path(__file__).resolve().parents[3] / "demo"
SHUTDOWN_SECONDS = 10
GRACE_SECONDS = 5
RESTART_SECONDS = 2
WORKER_NICENESS = 5
"""Who asks goes before what can wait: on a busy machine the web server gets most of the processor."""


class Worker:
    """The background worker as a child process that is started again when it dies."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep_alive, name="worker", daemon=True)

    def start(self) -> None:
        """Start the worker in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End the worker and wait for it; a worker that does not end in time is killed (its jobs go on at the next start)."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()

    def _keep_alive(self) -> None:
        while not self._stopping.is_set():
            # a session of its own: Ctrl-C reaches the web server first, which then ends the worker in order
            self._process = subprocess.Popen(
                [sys.executable, "-m", "allmende", "manage", "qcluster"], start_new_session=True
            )
            os.setpriority(os.PRIO_PROCESS, self._process.pid, WORKER_NICENESS)
            code = self._process.wait()
            if not self._stopping.wait(RESTART_SECONDS):
                click.echo(f"The worker ended with code {code} and is started again.", err=True)


def prepare(*, demo: bool) -> str | None:
    """Bring database, static files and (with `demo`) the demo town up to date; returns a new administrator's password once."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if demo:
        for loader in sorted(registry().all(DemoLoader), key=lambda item: item.order):
            resolve(loader.load)(DEMO / settings.TOWN)
    _username, password = ensure_administrator()
    return password


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=settings.PORT, show_default=True, help="Port to listen on.")
@click.option(
    "--demo/--no-demo", default=True, show_default=True, help="Load the demo town where it is not yet loaded."
)
@click.option("--worker/--no-worker", default=True, show_default=True, help="Run the background worker as well.")
def up(host: str, port: int, demo: bool, worker: bool) -> None:
    """Start the house: web server and worker as one command, stopped by Ctrl-C."""
    _refuse_taken_port(host, port)
    _be_found_at(port)
    password = prepare(demo=demo)
    click.echo(f"\n  Allmende: http://{host}:{port}/")
    if password:
        click.echo(f"  Administrator: admin   One-time password: {password}")
        click.echo("  It is shown only now and must be changed at the first login.")
    click.echo("  Stop with Ctrl-C.\n")
    background = Worker()
    if worker:
        background.start()
    try:
        serve(host, port)
    finally:
        background.stop()


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or Ctrl-C; requests in hand get a few seconds to end."""
    server = uvicorn.Server(
        uvicorn.Config(
            "allmende.site.asgi:application",
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=False,  # the house counts trusted proxies itself
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
        )
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # the server repeats, once it has ended in order, the signal that ended it; only before its start it is news
        if not server.started:
            raise KeyboardInterrupt

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, stop)
    with suppress(KeyboardInterrupt):
        server.run()


def _be_found_at(port: int) -> None:
    """Private links lead to the port that was chosen here, also those that the worker writes into letters."""
    if not os.environ.get("ALLMENDE_BASE_URL"):
        settings.BASE_URL = os.environ["ALLMENDE_BASE_URL"] = f"http://127.0.0.1:{port}"


def _refuse_taken_port(host: str, port: int) -> None:
    """Say so before anything else when the address is taken. Raises ClickException."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"{host}:{port} cannot be used ({error.strerror}). Another house may be running; choose --port or ALLMENDE_PORT."
            raise click.ClickException(message) from error
