# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Look at a zip container before anything unpacks it: entries, size, ratio, names, links, archives inside."""

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath

ARCHIVE_SUFFIXES = {".zip", ".7z", ".rar", ".gz", ".tar", ".bz2", ".xz"}


class ArchiveRefused(ValueError):
    """The container could harm; `code` is one of too_many, too_large, ratio, path, link, nested, broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check(content: bytes, limits: Mapping[str, int]) -> None:
    """Raise ArchiveRefused when the container breaks a limit.

    `limits`: `archive_entries` (count), `archive_bytes` (unpacked size), `archive_ratio` (unpacked to packed).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise ArchiveRefused("broken") from error
    if len(entries) > limits["archive_entries"]:
        raise ArchiveRefused("too_many")
    if sum(entry.file_size for entry in entries) > limits["archive_bytes"]:
        raise ArchiveRefused("too_large")
    for entry in entries:
        _check_entry(entry, limits["archive_ratio"])
    if not _tells_the_truth(archive):
        raise ArchiveRefused("broken")


def _tells_the_truth(archive: zipfile.ZipFile) -> bool:
    """Whether every entry unpacks to the size and checksum that the directory declares; reads no further than declared."""
    try:
        return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        return False


def _check_entry(entry: zipfile.ZipInfo, ratio: int) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or any(":" in part for part in path.parts[:1]):
        raise ArchiveRefused("path")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefused("link")
    if path.suffix.lower() in ARCHIVE_SUFFIXES:
        raise ArchiveRefused("nested")
    if entry.file_size > ratio * max(entry.compress_size, 1024):
        raise ArchiveRefused("ratio")
