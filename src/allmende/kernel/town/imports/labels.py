# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people call a field: the name it has in the editors' forms."""

from collections.abc import Iterator

from allmende.kernel.town.editing.kinds import KINDS
from allmende.kernel.web.editing.layout import Field, Layout, Rows, parts


def label(kind: str, path: str) -> str:
    """``Gebühr 2: Betrag in Euro`` for ``fees.2.amount``; empty for a field that no form has."""
    editable = KINDS.get(kind)
    return next(_found(editable.layout, path), "") if editable and path else ""


def _found(layout: Layout, path: str) -> Iterator[str]:
    plain = path.rstrip("0123456789").rstrip(".") if path[-1].isdigit() else path
    for part in parts(layout):
        if isinstance(part, Rows):
            yield from _in_row(part, path)
        elif part.path in (path, plain, f"{path}.de"):
            yield str(part.title)


def _in_row(rows: Rows, path: str) -> Iterator[str]:
    if path == rows.path:
        yield str(rows.title)
    stem, _dot, inner = path.removeprefix(f"{rows.path}.").partition(".")
    if path.startswith(f"{rows.path}.") and stem.isdigit():
        titles = [_title(field) for field in rows.fields if field.path in (inner, f"{inner}.de")]
        yield f"{rows.item} {stem}" + (f": {titles[0]}" if titles else "")


def _title(field: Field) -> str:
    return str(field.title)
