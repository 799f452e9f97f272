# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The files of a batch on the workers of a Dask cluster, which see the same folders under the same paths. Needs the extra
`cluster` (scripts/setup cluster).

A worker writes the result as a whole or not at all, and says what happened; only the process that began the run keeps it. What
a worker had in hand when it died is given to another, which writes the same bytes.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from distributed import Client, Future, as_completed

from allmende.modules.anonymiser.engine.batch import FAILED, Task, work_off
from allmende.modules.anonymiser.engine.detectors import models

PATIENCE = 30
"""Seconds to wait for the scheduler, and for the first worker."""
AHEAD = 2
"""Files given out for each thread of the cluster: one in hand, one on the way."""


class NoCluster(RuntimeError):
    """There is no scheduler at the address, or it has no workers; the message says which."""


def run(todo: Iterable[Task], address: str) -> Iterator[dict[str, Any]]:
    """What `batch.work_off` says of every task, as they are finished. Raises NoCluster before the first."""
    waiting = deque(todo)
    under_way: dict[object, Task] = {}
    with _client(address) as client:

        def give() -> Future[dict[str, Any]]:
            task = waiting.popleft()
            future = client.submit(_alone, task, pure=False)
            under_way[future.key] = task
            return future

        count = min(len(waiting), AHEAD * sum(client.nthreads().values()))
        finished = as_completed([give() for _number in range(count)], loop=client.loop, raise_errors=False)
        for future in finished:
            yield _said(under_way.pop(future.key), future)
            if waiting:
                finished.add(give())


@contextmanager
def _client(address: str) -> Iterator[Client]:
    with ExitStack() as stack:
        try:
            client = stack.enter_context(Client(address, timeout=PATIENCE, set_as_default=False))
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, TimeoutError, ValueError) as error:
            raise NoCluster(f"No Dask cluster with workers at {address}: {error}") from None
        yield client


def _alone(task: Task) -> dict[str, Any]:
    """On a worker: each of its threads has a file of its own, so that none needs more threads."""
    models.use_threads(1)
    return work_off(task)


def _said(task: Task, future: Future[dict[str, Any]]) -> dict[str, Any]:
    """What the worker said, or that none could: a file on which worker after worker dies is given up by the scheduler."""
    if future.status == "finished":
        return future.result()
    why = type(future.exception()).__name__ if future.status == "error" else future.status
    return {"file": str(task.source), "state": FAILED, "reason": f"the cluster has given it up ({why})"}
