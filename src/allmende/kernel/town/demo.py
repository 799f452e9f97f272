# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The town from a folder of files: town.yaml, services/*.yaml, statutes/*.md, pages/*.md.

A file that has not changed since it was last read is not even parsed, so that what editors changed meanwhile stays,
and a second run costs nothing but reading. Where a file has changed and an editor has, too, the editor's text stays and
the file becomes a draft for the editors (`editing.loading`).
"""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from allmende.kernel.town import service
from allmende.kernel.town.editing.loading import spared
from allmende.kernel.town.errors import Problem, TownDataError
from allmende.kernel.town.models import SourceFile

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FENCE = "---"

Sourced = tuple[str, dict[str, Any]]


@transaction.atomic
def load(folder: Path) -> dict[str, int]:
    """Read what is new or changed below the folder; how many records of each kind changed.

    All or nothing. Raises TownDataError naming file and field; FileNotFoundError when there is no town.yaml.
    """
    changed = _changed_files(folder)
    counts = {"town": 0, "units": 0}
    for source in (name for name in changed if name == "town.yaml"):
        counts |= _put_town(_read_yaml(folder, source), source)
    counts["statutes"] = len(service.put_statutes(_spared(folder, changed, "statute", _read_markdown)))
    counts["services"] = len(service.put_services(_spared(folder, changed, "service", _read_yaml)))
    counts["pages"] = len(service.put_pages(_spared(folder, changed, "page", _read_markdown)))
    for name, digest in changed.items():
        SourceFile.objects.update_or_create(path=name, defaults={"digest": digest})
    return counts


def _changed_files(folder: Path) -> dict[str, str]:
    """Path below the folder → digest, of the files that are new or changed."""
    if not (folder / "town.yaml").is_file():
        raise FileNotFoundError(
            _("{path} fehlt; ohne diese Datei gibt es keine Stadt.").format(path=folder / "town.yaml")
        )
    known = dict(SourceFile.objects.values_list("path", "digest"))
    paths = [
        folder / "town.yaml",
        *folder.glob("services/*.yaml"),
        *folder.glob("statutes/*.md"),
        *folder.glob("pages/*.md"),
    ]
    digests = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths)
    }
    return {name: digest for name, digest in digests.items() if known.get(name) != digest}


def _put_town(data: dict[str, Any], source: str) -> dict[str, int]:
    """town.yaml holds the units as well; their order in the file is the order on the page."""
    units = data.pop("units", None) or []
    town = service.put_town(data, source=source)
    numbered = [(f"{source} units.{n}", {"position": n, **unit}) for n, unit in enumerate(units, 1)]
    return {"town": int(town), "units": len(service.put_units(spared("unit", numbered)))}


def _spared(
    folder: Path, changed: Iterable[str], kind: str, read: Callable[[Path, str], dict[str, Any]]
) -> list[Sourced]:
    """The changed records of a kind, without those that an editor has changed."""
    return spared(kind, [(name, read(folder, name)) for name in changed if name.startswith(f"{kind}s/")])


def _read_yaml(folder: Path, name: str) -> dict[str, Any]:
    return _mapping((folder / name).read_text("utf-8"), name)


def _read_markdown(folder: Path, name: str) -> dict[str, Any]:
    """The front matter's fields, and the Markdown below it as `text`."""
    opening, head, text = _split((folder / name).read_text("utf-8"))
    if opening.strip() or head is None:
        raise TownDataError([Problem(name, "", _("Der Kopf zwischen zwei Zeilen „---“ fehlt."))])
    return {**_mapping(head, name), "text": text.strip()}


def _split(content: str) -> tuple[str, str | None, str]:
    """What stands before the head, the head, the text below it."""
    opening, _fence, rest = content.partition(f"{FENCE}\n")
    head, fence, text = rest.partition(f"\n{FENCE}\n")
    return (opening, head, text) if fence else (opening, None, "")


def _mapping(text: str, name: str) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=LOADER)  # noqa: S506  (both loaders are the safe ones)
    except yaml.YAMLError as error:
        raise TownDataError(
            [Problem(name, "", _("Das ist kein gültiges YAML: {error}").format(error=error))]
        ) from error
    if not isinstance(data, dict):
        raise TownDataError([Problem(name, "", _("Erwartet werden Felder mit Namen."))])
    return data
