# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "allmende.kernel.jobs"
    label = "jobs"

    def ready(self) -> None:
        from django_q.signals import post_spawn

        from allmende.kernel.jobs import keeper, schedules, service

        post_spawn.connect(keeper.start, dispatch_uid="jobs.keeper")
        post_migrate.connect(schedules.write_declared, sender=self, dispatch_uid="jobs.schedules")
        service.declare_schedule(
            "jobs.tidy", "allmende.kernel.jobs.tasks:tidy", cron="23 3 * * *", title=_("Alte Aufträge löschen")
        )
