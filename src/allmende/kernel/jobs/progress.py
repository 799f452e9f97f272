# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a job's function gets: it counts, keeps checkpoints, and stops the function when it may not go on."""

import hashlib
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from typing import Any, TypeVar, overload

from django.db import models, transaction
from django.utils.translation import gettext as _

from allmende.kernel.jobs import leases, stopping
from allmende.kernel.jobs.leases import Lease
from allmende.kernel.jobs.models import PART, Job
from allmende.kernel.jobs.rules import RULES

T = TypeVar("T")
R = TypeVar("R")
Key = str | int


class JobFailedError(Exception):
    """Raised by a job's function to give up at once; the text is shown to people."""


class Stopped(BaseException):
    """The job was cancelled or another worker holds it now. Not an Exception, so that no job catches it by accident."""


class HandedOver(BaseException):
    """The worker is to stop or others are to have their turn; the job goes on later at the next item."""


class Progress:
    """The first argument of every job's function.

    Only what happens inside `each` is kept and never repeated. Everything outside runs again after a crash and must
    bear that.
    """

    def __init__(self, job: Job, lease: Lease) -> None:
        self._lease = lease
        self._checkpoint: dict[str, Any] = {name: kept for name, kept in job.checkpoint.items() if name != PART}
        self.state: dict[str, Any] = self._checkpoint.get("state", {})
        """Plain values that are kept with each checkpoint, for instance sums over the items."""
        self.attempts = job.attempts
        """How often the first unfinished item was begun, this time included: more than once where a worker died with it."""
        self.done = job.done
        self._total = job.total
        self._message = job.message
        self._loops = 0
        self._began = time.monotonic()
        self._told = float("-inf")
        self._inside = False
        self._active: weakref.ref[Generator[Any, None, None]] | None = None

    def total(self, count: int) -> None:
        """How many items there are in all. Without it, `each` takes the length of a single list."""
        self._total = count
        self._save()

    def message(self, text: str) -> None:
        """A line for people about what is going on; at most 300 characters are kept."""
        self._message = text[:300]
        if not self._inside:
            self._save()

    def check(self) -> None:
        """Renew the lease; for long work outside `each`. Raises Stopped when the function may not go on."""
        self._save()

    def part(self, share: float, done: int, of: int) -> None:
        """How far the item in hand is, for long ones: its share of the bar, 0 to 1, and so many of its parts beside the message.

        To be called from `prepare`, as often as one likes; it is written once a second. Raises Stopped, and HandedOver when
        the worker is to stop: then the item begins anew later.
        """
        if stopping.requested():
            raise HandedOver
        if time.monotonic() - self._told < RULES.stream_every:
            return
        self._told = time.monotonic()
        self._save(checkpoint=self._checkpoint | {PART: [share, done, of]})

    @overload
    def each(self, items: Iterable[T], *, key: Callable[[T], Key] | None = None) -> Iterator[T]: ...

    @overload
    def each(
        self, items: Iterable[T], *, key: Callable[[T], Key] | None = None, prepare: Callable[[T], R]
    ) -> Iterator[R]: ...

    def each(self, items: Iterable[T], *, key: Any = None, prepare: Any = None) -> Iterator[Any]:
        """Go through the items; the body of the loop and its checkpoint are one transaction.

        After a crash the function runs again and `each` goes on with the first unfinished item. It must therefore get
        the same items in the same order; where the list may change in between, give `key`: a strictly ascending string
        or number of each item (for instance the primary key), and all up to the last finished key is skipped.

        `prepare(item)` runs before the transaction, and its result takes the item's place: slow work (embedding,
        reading a file) belongs there, because on SQLite nobody else can write during the body.

        An item is finished when its body ends normally. `break` and exceptions undo the item they happen in.
        Raises JobFailedError when the list has changed, ValueError when the keys do not ascend.
        """
        loop = self._each(items, key, prepare)
        self._active = weakref.ref(loop)
        return loop

    def close(self) -> None:
        """Undo the item in hand, if any."""
        loop = self._active() if self._active else None
        if loop is not None:
            loop.close()

    def _each(self, items: Iterable[Any], key: Any, prepare: Any) -> Generator[Any, None, None]:
        if self._inside:
            raise RuntimeError("progress.each cannot be used inside another progress.each.")
        number = self._loops
        self._loops += 1
        place = self._checkpoint if self._checkpoint.get("loop", 0) == number else {}
        if number < self._checkpoint.get("loop", 0):
            return  # an earlier attempt has finished this loop
        if self._total is None and isinstance(items, Sized):
            self.total(len(items))
        seen = 0
        for position, (item, mark) in enumerate(_marked(items, key)):
            seen += 1
            if _finished(place, position, mark, by_key=key is not None):
                continue
            value = prepare(item) if prepare else item
            self._inside = True
            try:
                with transaction.atomic(durable=True):
                    yield value
                    self._finish({"loop": number, "position": position + 1, "mark": mark})
            finally:
                self._inside = False
            self._pause()
        if key is None and seen < place.get("position", 0):
            raise JobFailedError(_list_changed())

    def _finish(self, place: dict[str, Any]) -> None:
        """The item's checkpoint, inside its transaction."""
        self.done += 1
        self._checkpoint = {**place, "state": self.state}
        # An item was finished: whatever made earlier attempts fail was not fatal.
        self._save(checkpoint=self._checkpoint, attempts=1)

    def _save(self, **values: Any) -> None:
        kept = self._lease.update(done=self.done, total=self._total, message=self._message, **values)
        if not kept:
            raise Stopped

    def _pause(self) -> None:
        if stopping.requested() or (self._is_its_turn_over() and self.done != self._total):
            raise HandedOver

    def _is_its_turn_over(self) -> bool:
        ran = time.monotonic() - self._began
        return ran > RULES.slice or (ran > RULES.turn and leases.others_wait())


def _marked(items: Iterable[Any], key: Callable[[Any], Key] | None) -> Iterator[tuple[Any, Any]]:
    """Each item with what it is recognised by. Raises ValueError when keys do not ascend."""
    last: Any = None
    for item in items:
        mark = key(item) if key else _fingerprint(item)
        if key and last is not None and mark <= last:
            raise ValueError(f"Keys must ascend: {mark!r} came after {last!r}.")
        last = mark
        yield item, mark


def _finished(place: dict[str, Any], position: int, mark: Any, *, by_key: bool) -> bool:
    """Whether an earlier attempt finished this item. Raises JobFailedError when the list is not the one it was."""
    if "mark" not in place:
        return False
    if by_key:
        return bool(mark <= place["mark"])
    if position == place["position"] - 1 and mark != place["mark"]:
        raise JobFailedError(_list_changed())
    return position < int(place["position"])


def _fingerprint(item: object) -> str | None:
    """What an item without a key is recognised by after a restart; None for objects that say nothing stable."""
    if isinstance(item, models.Model):
        return f"{item._meta.label}:{item.pk}"
    if isinstance(item, str | int | float | tuple | list | dict):
        return hashlib.sha256(repr(item).encode()).hexdigest()[:16]  # no personal data in the checkpoint
    return None


def _list_changed() -> str:
    return _(
        "Die Liste der Einträge hat sich seit dem letzten Versuch geändert, deshalb ist unsicher, wo es weitergeht. "
        "Was fertig ist, bleibt erhalten. Bitte starten Sie den Auftrag neu."
    )
