# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende up` before it starts: which port it takes, and what it says when that is taken."""

import os
import socket
import subprocess
import sys
from pathlib import Path


def test_the_port_of_the_environment_is_the_one_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as neighbour:
        port = neighbour.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "allmende", "up"],
            env=os.environ | {"ALLMENDE_HOME": str(tmp_path), "ALLMENDE_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in done.stderr
    assert "ALLMENDE_PORT" in done.stderr
    assert not (tmp_path / "allmende.sqlite3").exists()
