# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files in, files out: one or a whole tree, by several processes, each file once and none by half."""

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

from allmende.modules.anonymiser.engine import Outcome, PictureRefused, Settings, anonymise, films
from allmende.modules.anonymiser.engine.detectors import models
from allmende.modules.anonymiser.engine.video import VideoOutcome, anonymise_video
from allmende.modules.anonymiser.engine.whole import whole

BECOME = {".heic": ".jpg", ".heif": ".jpg"} | dict.fromkeys(films.SUFFIXES_READ - {films.SUFFIX}, films.SUFFIX)
"""Files that are not written in their own format, and the ending that their results have behind it."""
SUFFIXES_READ = BECOME.keys() | {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", films.SUFFIX}
DONE, REVIEW, REFUSED, FAILED = "done", "review", "refused", "failed"


class Misplaced(ValueError):
    """A result would lie where an original or another result lies; the message names the files."""


@dataclass(frozen=True)
class Task:
    """One file, and where its result goes."""

    source: Path
    target: Path
    settings: Settings


def tasks(source: Path, target: Path, settings: Settings) -> list[Task]:
    """The files of a tree, or the one file, in order. Results lie as in the tree; what lies in `target` is not read.

    Raises Misplaced where a result would not have a place of its own.
    """
    if source.is_file():
        return _apart([Task(source, _named(target / source.name) if target.is_dir() else target, settings)])
    found = [path for path in _files(source, target) if path.suffix.lower() in SUFFIXES_READ]
    return _apart([Task(path, _named(target / path.relative_to(source)), settings) for path in found])


def left_out(source: Path, target: Path) -> list[Path]:
    """The files of a tree that `tasks` passes over, because they are no pictures or films by their names; without hidden ones."""
    files = _files(source, target) if source.is_dir() else ()
    return [path for path in files if path.suffix.lower() not in SUFFIXES_READ and not path.name.startswith(".")]


def is_done(task: Task) -> bool:
    """Whether an earlier run has written the result: it bears its name only when it is whole."""
    return task.target.is_file()


def work_off(task: Task) -> dict[str, Any]:
    """Anonymise one file, and say what happened: plain values, `state` "done", "review", "refused" or "failed".

    Only what passed the second look is written. Whatever goes wrong with one file is told, never raised.
    """
    said: dict[str, Any] = {"file": str(task.source)}
    try:
        outcome = _written(task)
        if isinstance(outcome, Outcome):
            said["regions"] = [region.as_dict() for region in outcome.regions]
        said |= {
            "findings": [region.as_dict() for region in outcome.verification.findings],
            "masked_share": round(outcome.masked_share, 4),
            "psnr_outside": outcome.verification.psnr_outside,
            "metadata": {"kept": outcome.metadata.kept, "removed": list(outcome.metadata.removed)},
            "facts": outcome.facts,
        }
        if not outcome.verification.passed:
            return said | {"state": REVIEW}
        return said | {"state": DONE, "output": str(task.target)}
    except PictureRefused as refused:
        return said | {"state": REFUSED, "reason": refused.reason}
    except Exception as error:  # noqa: BLE001  (the other files must go on)
        return said | {"state": FAILED, "reason": f"{type(error).__name__}: {error}"}


def run(todo: Iterable[Task], workers: int) -> Iterator[dict[str, Any]]:
    """What `work_off` says of every task, as they are finished, from `workers` processes.

    A process that dies takes no other file with it: those that were under way are tried again, each alone.
    """
    waiting = deque(todo)
    while waiting:
        for suspect in (yield from _until_one_dies(waiting, workers)):
            yield _alone(suspect)


def _until_one_dies(waiting: deque[Task], workers: int) -> Generator[dict[str, Any], None, list[Task]]:
    """Work off what waits. Returns the tasks that were under way when a process died; none when all is done."""
    under_way: dict[Future[dict[str, Any]], Task] = {}
    with _pool(workers) as pool, suppress(BrokenProcessPool):
        while waiting or under_way:
            while waiting and len(under_way) < workers:
                future = pool.submit(work_off, waiting[0])  # raises when the pool has died
                under_way[future] = waiting.popleft()
            for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                said = future.result()
                del under_way[future]
                yield said
    return list(under_way.values())


def _alone(task: Task) -> dict[str, Any]:
    if is_done(task):
        return {"file": str(task.source), "state": DONE}
    with _pool(1) as pool:
        try:
            return pool.submit(work_off, task).result()
        except BrokenProcessPool:
            return {"file": str(task.source), "state": FAILED, "reason": "the process that decoded it has died"}


def _pool(workers: int) -> ProcessPoolExecutor:
    threads = max(1, models.threads() // workers)
    return ProcessPoolExecutor(workers, get_context("spawn"), _begin, (threads,))


def _begin(threads: int) -> None:
    """A process of the pool: it shares the processors with its neighbours, and ends when the one that began it is killed."""
    models.use_threads(threads)
    Thread(target=_end_with, args=(parent_process(),), daemon=True).start()


def _end_with(parent: BaseProcess | None) -> None:
    if parent is not None:
        parent.join()
        os._exit(1)


def _named(target: Path) -> Path:
    """The name of a result; what is not written in its own format has the ending of the one it becomes."""
    return target.with_name(target.name + BECOME.get(target.suffix.lower(), ""))


def _files(source: Path, target: Path) -> Iterator[Path]:
    """The files of a tree in order, without those in `target`."""
    for folder, names, files in os.walk(source):
        here = Path(folder)
        names[:] = sorted(name for name in names if (here / name).resolve() != target.resolve())
        yield from (here / name for name in sorted(files))


def _apart(every: list[Task]) -> list[Task]:
    """An original in the place of a result would count as done, and of two results in one place one would be lost."""
    become: dict[Path, Path] = {}
    for task in every:
        if task.target.exists() and task.target.samefile(task.source):
            raise Misplaced(f"{task.target} is the original itself.")
        if (other := become.setdefault(task.target, task.source)) != task.source:
            raise Misplaced(f"{other} and {task.source} would both become {task.target}.")
    return every


def _written(task: Task) -> Outcome | VideoOutcome:
    """Anonymise one file; its result is there only if it has passed the second look."""
    if task.source.suffix.lower() in films.SUFFIXES_READ:
        return anonymise_video(task.source, task.target, task.settings)
    outcome = anonymise(task.source.read_bytes(), task.settings)
    if outcome.verification.passed:
        with whole(task.target) as beside:
            beside.write_bytes(outcome.content)
    return outcome
