# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A town small enough to keep in mind: one office, one statute in two versions, two services."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from allmende.kernel.search import embedding, live
from allmende.kernel.search.engine.vectors import DIMENSIONS
from allmende.kernel.town import search_documents, service

ROOT = Path(__file__).resolve().parents[5]

OFFICE: dict[str, Any] = {
    "id": "finanzen",
    "name": {"de": "Steueramt", "en": "Tax office"},
    "address": {"street": "Rathaus, Marktplatz 1", "postcode": "99998", "city": "Lindental"},
    "floor": {"de": "2. Obergeschoss", "en": "Second floor"},
    "phone": "069 90009-300",
    "email": "finanzen@lindental.example",
    "opening_hours": [
        {"days": ["mo", "tu", "we", "th", "fr"], "opens": "08:00", "closes": "12:00"},
        {"days": ["th"], "opens": "14:00", "closes": "17:00"},
        {"days": ["sa"], "opens": "09:00", "closes": "12:00", "nth_of_month": 1},
    ],
}

OLD_STATUTE: dict[str, Any] = {
    "id": "hundesteuersatzung-2015",
    "title": "Satzung über die Hundesteuer (Hundesteuersatzung), Fassung 2015",
    "unit": "finanzen",
    "valid_from": date(2015, 1, 1),
    "text": "# Satzung\n\n## § 1 Gegenstand\n\nBesteuert wird das Halten von Hunden.\n\n## § 5 Steuersatz\n\n(1) 72 €.",
}

STATUTE: dict[str, Any] = {
    "id": "hundesteuersatzung",
    "title": "Satzung über die Erhebung der Hundesteuer (Hundesteuersatzung)",
    "abbreviation": "HStS",
    "unit": "finanzen",
    "valid_from": date(2025, 1, 1),
    "promulgated_on": date(2024, 12, 5),
    "replaces": "hundesteuersatzung-2015",
    "synonyms": ["Hundesteuer"],
    "text": (
        "# Satzung\n\nDer Gemeinderat hat beschlossen:\n\n## § 1 Gegenstand\n\nBesteuert wird das Halten von Hunden.\n\n"
        "## § 5 Steuersatz\n\n(1) Die Steuer beträgt 96 €.\n\n(2) Sätze:\n\n| Hund | Satz |\n|---|---|\n| weiterer | 192 € |\n\n"
        "## § 10 Anzeige\n\n(1) Wer einen Hund aufnimmt, zeigt dies binnen zwei Wochen an."
    ),
}

DOG: dict[str, Any] = {
    "id": "hundesteuer-anmelden",
    "leika": ["99102013060000"],
    "unit": "finanzen",
    "approved_on": date(2026, 3, 12),
    "name": {"de": "Hund anmelden", "en": "Register a dog"},
    "synonyms": {"de": ["Hundemarke", "Welpe anmelden"], "en": ["dog licence"]},
    "online": "https://service.lindental.example/hund",
    "text": {
        "short": {"de": "Wer einen Hund hält, meldet ihn an.", "en": "If you keep a dog, register it."},
        "full": {"de": "Sie haben dafür **zwei Wochen** Zeit.", "en": "You have **two weeks**."},
        "procedure": {"de": "1. Formular ausfüllen"},
        "legal_basis": {"de": "§§ 1 und 10 Hundesteuersatzung"},
    },
    "fees": [
        {
            "label": {"de": "Erster Hund", "en": "First dog"},
            "amount": "96.00",
            "per": {"de": "Jahr", "en": "year"},
            "statute": "hundesteuersatzung",
            "section": "§ 5",
        }
    ],
    "documents": [{"de": "Personalausweis", "en": "Identity card"}],
    "deadlines": [
        {
            "de": "Innerhalb von 2 Wochen",
            "en": "Within 2 weeks",
            "statute": "hundesteuersatzung",
            "section": "§ 10 Abs. 1",
        }
    ],
    "processing_time": {"de": "5 Werktage", "en": "5 working days"},
    "statutes": ["hundesteuersatzung"],
    "related": ["hundesteuer-abmelden"],
}

GOODBYE: dict[str, Any] = {
    "id": "hundesteuer-abmelden",
    "unit": "finanzen",
    "approved_on": date(2026, 3, 12),
    "name": {"de": "Äußerst traurig: Hund abmelden"},
    "text": {"short": {"de": "Ist der Hund gestorben oder abgegeben, melden Sie ihn ab."}},
    "free": {"de": "gebührenfrei"},
    "related": ["hundesteuer-anmelden"],
}

TOWN: dict[str, Any] = {
    "id": "lindental",
    "name": "Stadt Lindental",
    "phone": "069 90009-0",
    "address": {"street": "Marktplatz 1", "postcode": "99998", "city": "Lindental"},
    "emergency_numbers": [{"number": "112", "label": {"de": "Feuerwehr", "en": "Fire brigade"}}],
}


class Model:
    """Sees no meaning anywhere, so that only words count."""

    name = "none"

    def embed_query(self, text: str) -> np.ndarray:
        return np.full(DIMENSIONS, DIMENSIONS**-0.5, np.float32)

    def embed_texts(self, texts: list[str]) -> np.ndarray:
        return np.tile(self.embed_query(""), (len(texts), 1))


class Told:
    """What the search heard."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.revoked: list[str] = []

    def put(self, documents: Any, *, embed: bool = True) -> None:
        self.documents |= {document.key: document for document in documents}

    def revoke(self, keys: Any) -> None:
        self.revoked += keys
        for key in keys:
            self.documents.pop(key, None)


@pytest.fixture
def real_search() -> None:
    """Ask for it to reach the real search instead of the listening one."""


@pytest.fixture
def quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Model()
    monkeypatch.setattr(embedding, "embedder", lambda: model)
    live.live.cache_clear()


@pytest.fixture(autouse=True)
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Told:
    """The search, listening instead of indexing."""
    heard = Told()
    if "real_search" in request.fixturenames:
        return heard
    monkeypatch.setattr(search_documents.search, "put", heard.put)
    monkeypatch.setattr(search_documents.search, "revoke", heard.revoke)
    return heard


@pytest.fixture(autouse=True)
def in_german() -> Iterator[None]:
    with translation.override("de"):
        yield


@pytest.fixture
def dog() -> dict[str, Any]:
    """A copy that a test may spoil."""
    return deepcopy(DOG)


@pytest.fixture
def lindental(db: None) -> None:
    """The small town, loaded."""
    service.put_town(TOWN)
    service.put_unit(OFFICE)
    service.put_statutes([("", OLD_STATUTE), ("", STATUTE)])
    service.put_services([("dog.yaml", DOG), ("goodbye.yaml", GOODBYE)])
    service.put_page(
        {"id": "energie", "title": "Energieberatung", "text": "# Energie\n\nErste Worte.\n\n## Termine\n\nDienstags."}
    )


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    folder = ROOT / "demo" / "lindental"
    if not (folder / "town.yaml").is_file():
        pytest.skip(f"DEMO TOWN ABSENT: {folder}")
    return folder
