# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The REST API: one router from each room that declares one, documented at /api/v1/docs."""

from ninja import NinjaAPI

from allmende import __version__
from allmende.kernel.registry import registry, resolve

api = NinjaAPI(
    title="Allmende",
    version=__version__,
    description="Die Schnittstelle der Stadt. Fehler kommen als JSON mit dem Feld `detail`.",
    docs_url="/docs",
    urls_namespace="api",
)

for room in registry().rooms:
    if room.api:
        api.add_router(f"/{room.name}", resolve(room.api), tags=[room.name])
