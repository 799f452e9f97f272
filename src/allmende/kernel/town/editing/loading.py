# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files and editors change the same texts: what a person wrote is never overwritten by a file."""

import logging
from collections.abc import Iterable
from typing import Any

from allmende.kernel.town import formats
from allmende.kernel.town.editing import drafting, history
from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.town.errors import TownDataError

Sourced = tuple[str, dict[str, Any]]
log = logging.getLogger(__name__)


def spared(kind_name: str, records: Iterable[Sourced]) -> list[Sourced]:
    """The records that a loader may write: those whose latest version no person made.

    Each of the others that says something else than the published text becomes a draft, if there is none yet. Raises
    TownDataError for a record that is not sound.
    """
    kind, given = KINDS[kind_name], list(records)
    latest = history.latest_of(kind_name, [str(data.get("id", "")) for _source, data in given])
    kept: list[Sourced] = []
    for source, data in given:
        version = latest.get(str(data.get("id", "")))
        if version is None or not version.by_a_person:
            kept.append((source, data))
        elif _says(kind.shape, data, source) != version.content_hash:
            _propose(kind_name, source, data)
    return kept


def _says(shape: type[formats.RecordShape], data: dict[str, Any], source: str) -> str:
    return formats.read(shape, data, source).fingerprint()


def _propose(kind_name: str, source: str, data: dict[str, Any]) -> None:
    """Make the file a draft. A file that refers to something missing is only reported: it must not stop the house."""
    try:
        draft = drafting.propose(KINDS[kind_name], data["id"], data, source=source)
    except TownDataError as error:
        log.warning("%s was not read, because an editor has changed its text: %s", source, error)
        return
    done = "became a draft" if draft else "was not read, because the editors have a draft of their own"
    log.warning("%s was changed after an editor changed its text; it %s.", source, done)
