# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""`allmende up` before it starts: which port it takes, and what it says when that is taken."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from allmende.site import up


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


@pytest.mark.parametrize(("named", "found"), [("", "http://127.0.0.1:8799"), ("https://lindental.example", None)])
def test_private_links_lead_to_the_port_that_was_chosen(
    named: str, found: str | None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = found or settings.BASE_URL
    monkeypatch.setenv("ALLMENDE_BASE_URL", named)
    up._be_found_at(8799)
    assert expected == settings.BASE_URL
    assert os.environ["ALLMENDE_BASE_URL"] == (found or named), "the worker writes the same"
