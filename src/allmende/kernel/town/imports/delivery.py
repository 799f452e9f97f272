# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was delivered, looked at before anything is read: a file, a folder or a ZIP with its files in their order."""

import hashlib
import io
import stat
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.kernel.documents.engine.archive import ArchiveRefused, check
from allmende.kernel.town.imports import rules

SUFFIXES = {"xzufi": (".xml",), "json": (".json", ".jsonl"), "csv": (".csv",)}
INDEX = "index*.txt"
HIDDEN = (".", "__MACOSX")
"""What some systems add to folders and archives, and nobody delivers."""
PACKED = b"\x1f\x8b"
REASONS = {
    "too_many": gettext_lazy("Das Archiv enthält zu viele Dateien."),
    "too_large": gettext_lazy("Das Archiv wird beim Auspacken zu groß."),
    "ratio": gettext_lazy("Das Archiv ist verdächtig stark gepackt."),
    "path": gettext_lazy("Das Archiv enthält einen unerlaubten Pfad."),
    "link": gettext_lazy("Das Archiv enthält eine Verknüpfung."),
    "nested": gettext_lazy("Das Archiv enthält ein weiteres Archiv."),
    "broken": gettext_lazy("Das Archiv ist beschädigt."),
}


class ImportRefused(Exception):
    """Nothing of the delivery was read; the message says why, for people."""


@dataclass(frozen=True)
class File:
    """One file of a delivery; `open` gives its bytes from the beginning. Without `open` it is named but not there."""

    name: str
    open: Callable[[], IO[bytes]] | None


@dataclass(frozen=True)
class Delivery:
    """The files of a delivery in the order in which they count, with the SHA-256 of it all and its size in bytes."""

    name: str
    files: tuple[File, ...]
    digest: str
    size: int


@contextmanager
def opened(path: Path, form: str) -> Iterator[Delivery]:
    """The delivery at a path: one file, a ZIP, or a folder. Raises ImportRefused."""
    if path.is_dir():
        yield _of_folder(path, form)
        return
    with path.open("rb") as stream, opened_stream(stream, path.name, form) as delivery:
        yield delivery


@contextmanager
def opened_stream(stream: IO[bytes], name: str, form: str) -> Iterator[Delivery]:
    """The delivery in an open file, which must be seekable. Raises ImportRefused."""
    digest, size = _digest(stream)
    if size > rules.limits()["packed_bytes"]:
        raise ImportRefused(_too_large(name, rules.limits()["packed_bytes"]))
    stream.seek(0)
    if stream.read(len(PACKED)) == PACKED:
        raise ImportRefused(
            _("„{name}“ ist mit gzip gepackt. Packen Sie es aus, oder nehmen Sie ein ZIP.").format(name=name)
        )
    if not zipfile.is_zipfile(stream):
        yield Delivery(name, (File(name, _reopened(stream)),), digest, size)
        return
    stream.seek(0)
    content = stream.read()
    try:
        check(content, rules.limits())
    except ArchiveRefused as error:
        raise ImportRefused(f"{name}: {REASONS[error.code]}") from error
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        yield Delivery(name, _of_archive(archive, name, form), digest, size)


def _of_archive(archive: zipfile.ZipFile, name: str, form: str) -> tuple[File, ...]:
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]

    def opener(member: str) -> Callable[[], IO[bytes]]:
        return lambda: archive.open(member)

    listed = _listed(names, form, archive.read, name)
    return tuple(File(member, opener(member) if member in set(names) else None) for member in listed)


def _of_folder(folder: Path, form: str) -> Delivery:
    """The folder's own files; those that lead out of it by a link are not part of it."""
    root = folder.resolve()
    paths = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.resolve().is_relative_to(root) and not stat.S_ISLNK(path.lstat().st_mode)
    }

    def opener(path: Path) -> Callable[[], IO[bytes]]:
        return lambda: path.open("rb")

    listed = _listed(list(paths), form, lambda member: paths[member].read_bytes(), folder.name)
    total, size = hashlib.sha256(), 0
    for member in (name for name in listed if name in paths):
        with paths[member].open("rb") as stream:
            digest, length = _digest(stream)
        total.update(f"{member}\0{digest}\0".encode())
        size += length
    files = tuple(File(name, opener(paths[name]) if name in paths else None) for name in listed)
    return Delivery(folder.name, files, total.hexdigest(), size)


def _listed(names: Sequence[str], form: str, read: Callable[[str], bytes], delivery: str) -> list[str]:
    """The names in the order of the index (``index.txt``), or, where there is none, all of the right kind by name."""
    names = [name for name in names if not any(part.startswith(HIDDEN) for part in PurePosixPath(name).parts)]
    indexes = sorted(name for name in names if PurePosixPath(name.lower()).match(INDEX))
    top = min((len(PurePosixPath(name).parts) for name in indexes), default=0)
    listed = [
        member
        for index in indexes
        if len(PurePosixPath(index).parts) == top
        for member in _index(read(index), PurePosixPath(index), set(names), delivery)
    ]
    if not indexes:
        listed = sorted(name for name in names if PurePosixPath(name).suffix.lower() in SUFFIXES[form])
    if not listed:
        message = _("{name}: Hier ist keine Datei, die gelesen werden kann (gesucht: {suffixes}).")
        raise ImportRefused(message.format(name=delivery, suffixes=", ".join(SUFFIXES[form])))
    return list(dict.fromkeys(listed))


def _index(content: bytes, index: PurePosixPath, names: Collection[str], delivery: str) -> Iterable[str]:
    """The files an index lists, from the folder it lies in or from the top. Raises ImportRefused for one that leads out."""
    for given in content.decode("utf-8-sig", "replace").splitlines():
        name = given.strip().replace("\\", "/")
        if not name or name.startswith("#"):
            continue
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
            raise ImportRefused(
                _("{name}: {index} nennt einen unerlaubten Pfad: {path}").format(
                    name=delivery, index=index.name, path=name[:100]
                )
            )
        beside = (index.parent / path).as_posix()
        yield path.as_posix() if beside not in names and path.as_posix() in names else beside


def _digest(stream: IO[bytes]) -> tuple[str, int]:
    """SHA-256 and length of what the stream holds."""
    digest, size = hashlib.sha256(), 0
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


class _Kept(io.RawIOBase):
    """A view of a stream that others go on using: closing it closes nothing."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._stream.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _reopened(stream: IO[bytes]) -> Callable[[], IO[bytes]]:
    return lambda: io.BufferedReader(_Kept(stream))


def _too_large(name: str, limit: int) -> str:
    return _("„{name}“ ist größer als {limit} MB.").format(name=name, limit=limit // 1024**2)
