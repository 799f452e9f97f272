# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A child process with bounds, for what reads foreign files or may take long.

The child ends when it takes more memory, processor time or output than it may, the parent ends it when it takes too long. It starts
isolated and with an empty environment: it holds no secret and no database connection. Nothing here knows Django, for the child
imports it too. `limits` are plain numbers: ``memory_bytes, cpu_seconds, output_bytes, seconds``.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Mapping

ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
KILLED_FOR_TIME = frozenset({-24, -9})
"""Exit codes of a child that took more processor time than it may (SIGXCPU, then SIGKILL)."""


class OutOfTime(Exception):
    """The child took longer than it may."""


def ask(module: str, *arguments: str, content: bytes, limits: Mapping[str, int]) -> tuple[int, bytes]:
    """Run ``python -m module arguments`` with the content on its standard input: exit code and standard output. Raises OutOfTime."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", module, *arguments],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # libraries complain page by page, and nobody reads it
            timeout=limits["seconds"],
            env=ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfTime from error
    if done.returncode in KILLED_FOR_TIME:
        raise OutOfTime
    return done.returncode, done.stdout


def limit(limits: Mapping[str, int]) -> None:
    """Bound memory, processor time and written files of this process; the child's first act."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["output_bytes"], limits["output_bytes"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
