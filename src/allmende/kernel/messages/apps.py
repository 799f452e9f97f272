# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    name = "allmende.kernel.messages"
    label = "letters"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "messages.tidy",
            "allmende.kernel.messages.tasks:tidy",
            cron="17 * * * *",
            title=_("Liegengebliebene Nachrichten aufnehmen und alte Adressen löschen"),
        )
