# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_NIGHT = "41 3 * * *"


class LlmConfig(AppConfig):
    name = "allmende.kernel.llm"
    label = "llm"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule
        from allmende.kernel.llm import environment

        environment.check()
        declare_schedule(
            "llm.tidy",
            "allmende.kernel.llm.tasks:tidy",
            cron=EVERY_NIGHT,
            title=_("Alte Aufzeichnungen über Sprachmodelle löschen"),
        )
