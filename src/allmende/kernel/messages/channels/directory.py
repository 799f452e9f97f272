# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Packages as folders below `ALLMENDE_PACKAGE_FOLDER`, where another program of the town collects them.

A folder appears whole or not at all: it is written beside its place under a hidden name, flushed to the disk, then renamed. Its name
ends in the message's id, so a second attempt finds what the first one did.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from allmende.kernel.messages import queries, rules
from allmende.kernel.messages.models import Message
from allmende.kernel.messages.packages import Enclosed, safe_name


def send(message: Message, content: dict[str, Any], enclosed: list[Enclosed]) -> str:
    """Put the package into its folder; empty when it is there, otherwise an outcome of data/messages.yaml."""
    destination = queries.destination(message.recipient, rules.DIRECTORY)
    if destination is None:
        return "gone"
    if not settings.PACKAGE_FOLDER:
        return "unconfigured"
    folder = place(settings.PACKAGE_FOLDER, destination.address)
    if folder is None:
        return "forbidden_folder"
    try:
        _put(folder, f"{safe_name(content['data']['reference'])}_{message.pk}", enclosed)
    except OSError:
        return "unwritable"
    return ""


def place(base: Path, address: str) -> Path | None:
    """The folder of that name below the base; None when it leads out of it, also through a link."""
    folder = (base / address).resolve()
    return folder if folder.is_relative_to(base.resolve()) else None


def _put(folder: Path, name: str, enclosed: list[Enclosed]) -> None:
    whole, part = folder / name, folder / f".{name}.part"
    if whole.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for each in enclosed:
        with (part / each.name).open("xb") as file:
            file.write(each.content)
            file.flush()
            os.fsync(file.fileno())
    _flush(part)
    part.rename(whole)
    _flush(folder)


def _flush(folder: Path) -> None:
    """The names in a folder are on the disk, too."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
