# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "allmende.kernel.search"
    label = "search"

    def ready(self) -> None:
        from allmende.kernel.jobs import service as jobs

        jobs.declare_schedule(
            "search.embed_missing",
            "allmende.kernel.search.tasks:embed_missing",
            minutes=10,
            title=_("Fehlende Einbettungen der Suche nachholen"),
        )
