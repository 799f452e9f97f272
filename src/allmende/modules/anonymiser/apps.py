# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_NIGHT = "41 3 * * *"
EVERY_QUARTER = 15
"""Minutes: an original must not outlive its hour by much."""


class AnonymiserConfig(AppConfig):
    name = "allmende.modules.anonymiser"
    label = "anonymiser"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "anonymiser.tidy",
            "allmende.modules.anonymiser.tasks:tidy",
            minutes=EVERY_QUARTER,
            title=_("Abgelaufene Originale und Ergebnisse von Bildern löschen"),
        )
        declare_schedule(
            "anonymiser.sweep",
            "allmende.modules.anonymiser.tasks:sweep",
            cron=EVERY_NIGHT,
            title=_("Dateien ohne Bild und alte Nachweise löschen"),
        )
