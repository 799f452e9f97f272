# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who a worker process is, so that another process of the same machine can tell at once that it has died.

A lease alone would do, but then a job waits up to a minute after a crash. The answer is only given for processes
of the same boot and the same process namespace, where it is certain; everywhere else the lease decides.
"""

import hashlib
import os
import secrets
import socket
from functools import cache
from pathlib import Path

PROC = Path("/proc")


@cache
def machine() -> str:
    """A short name for this boot of this machine (or container); empty where /proc does not tell."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text()
        namespace = str((PROC / "self/ns/pid").readlink())
    except OSError:
        return ""
    return hashlib.sha256(f"{boot}{namespace}{socket.gethostname()}".encode()).hexdigest()[:12]


def new_token() -> str:
    """A name nobody else has for one claim by this process: machine, process id, start time, chance."""
    pid = os.getpid()
    return f"{machine()}:{pid}:{_started(pid) or 0}:{secrets.token_hex(6)}"


def is_dead(token: str) -> bool:
    """True when the process behind the token is certainly gone; False when it lives or nobody here can know."""
    where, pid, started, _chance = (token.split(":") + [""] * 4)[:4]
    if not where or where != machine() or not pid.isdigit():
        return False
    return str(_started(int(pid))) != started


def _started(pid: int) -> int | None:
    """Start time of a living process in clock ticks since boot (proc(5), stat field 22); None when there is none."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])
