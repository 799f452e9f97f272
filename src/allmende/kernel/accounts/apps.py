# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "allmende.kernel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allmende.kernel.accounts import receivers

        receivers.connect()
