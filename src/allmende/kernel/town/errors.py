# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with data of the town, said so that an editor can mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

SENTENCES: dict[str, str | Promise] = {
    "missing": gettext_lazy("Diese Angabe fehlt."),
    "extra_forbidden": gettext_lazy("Dieses Feld ist nicht bekannt."),
    "string_pattern_mismatch": gettext_lazy("Die Schreibweise stimmt nicht; erwartet wird das Muster {pattern}."),
    "string_too_short": gettext_lazy("Diese Angabe ist leer."),
    "string_too_long": gettext_lazy("Der Text ist zu lang; erlaubt sind {max_length} Zeichen."),
    "string_type": gettext_lazy("Erwartet wird ein Text."),
    "decimal_parsing": gettext_lazy("Erwartet wird ein Betrag wie 96.00."),
    "decimal_type": gettext_lazy("Erwartet wird ein Betrag wie 96.00."),
    "decimal_max_places": gettext_lazy("Ein Betrag hat höchstens zwei Nachkommastellen."),
    "greater_than_equal": gettext_lazy("Der Wert ist zu klein; erlaubt ist {ge} oder mehr."),
    "less_than_equal": gettext_lazy("Der Wert ist zu groß; erlaubt ist {le} oder weniger."),
    "date_type": gettext_lazy("Erwartet wird ein Datum wie 2026-03-12."),
    "date_from_datetime_parsing": gettext_lazy("Erwartet wird ein Datum wie 2026-03-12."),
    "date_parsing": gettext_lazy("Erwartet wird ein Datum wie 2026-03-12."),
    "time_parsing": gettext_lazy("Erwartet wird eine Uhrzeit wie 08:30."),
    "time_type": gettext_lazy("Erwartet wird eine Uhrzeit wie 08:30."),
    "int_parsing": gettext_lazy("Erwartet wird eine ganze Zahl."),
    "int_type": gettext_lazy("Erwartet wird eine ganze Zahl."),
    "bool_parsing": gettext_lazy("Erwartet wird true oder false."),
    "bool_type": gettext_lazy("Erwartet wird true oder false."),
    "tuple_type": gettext_lazy("Erwartet wird eine Liste."),
    "list_type": gettext_lazy("Erwartet wird eine Liste."),
    "model_type": gettext_lazy("Erwartet werden Felder mit Namen, zum Beispiel de: und en:."),
    "dict_type": gettext_lazy("Erwartet werden Felder mit Namen, zum Beispiel de: und en:."),
    "literal_error": gettext_lazy("Erlaubt ist nur {expected}."),
    "value_error": "{error}",
}
"""The kinds of problems that pydantic reports, in our words."""

TYPED: dict[str, str | Promise] = {"decimal_parsing": gettext_lazy("Erwartet wird ein Betrag wie 96,00.")}
"""What is said instead to somebody who typed it into a form, where a file wants it written otherwise."""

PATTERNS: tuple[tuple[str, str | Promise], ...] = (
    ("^[a-z0-9]+(", gettext_lazy("Erlaubt sind Kleinbuchstaben, Ziffern und einzelne Bindestriche dazwischen.")),
    ("^$|^https", gettext_lazy("Erwartet wird eine Internetadresse, die mit https:// oder http:// beginnt.")),
    (r"^99\d", gettext_lazy("Ein LeiKa-Schlüssel hat 14 Ziffern und beginnt mit 99.")),
    (r"^\d{5}$", gettext_lazy("Eine Postleitzahl hat fünf Ziffern.")),
    ("^$|^[^@", gettext_lazy("Erwartet wird eine E-Mail-Adresse wie amt@stadt.example.")),
    ("^$|^(0[1-9]", gettext_lazy("Erwartet werden Monat und Tag wie 05-10.")),
)
"""How the patterns of `formats` begin, and what they mean to a person."""


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it was read (a file, or the kind and id), the field, a sentence."""

    source: str
    field: str
    message: str
    kind: str = ""

    @property
    def typed(self) -> str:
        """The sentence for somebody who typed it into a form."""
        return str(TYPED.get(self.kind, self.message))

    def __str__(self) -> str:
        if self.field:
            return _("{source}, Feld „{field}“: {message}").format(
                source=self.source, field=self.field, message=self.message
            )
        return f"{self.source}: {self.message}"


class TownDataError(ValueError):
    """Data of the town was refused and nothing of it stored; `problems` names every place to mend."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def problems_of(error: ValidationError, source: str) -> list[Problem]:
    """A pydantic error as our problems; list positions count from 1, as people do."""
    return [
        Problem(source, _path(item["loc"]), _sentence(item), item["type"]) for item in error.errors(include_url=False)
    ]


def _path(location: Iterable[int | str]) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in location)


def _sentence(item: Mapping[str, Any]) -> str:
    pattern = item.get("ctx", {}).get("pattern", "")
    known = (words for start, words in PATTERNS if pattern.startswith(start))
    sentence = next(known, None) or SENTENCES.get(item["type"])
    if sentence is None:
        return _("Der Wert ist nicht zulässig ({message}).").format(message=item["msg"])
    return str(sentence).format(**item.get("ctx", {}))
