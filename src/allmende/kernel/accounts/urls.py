# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Below /konto/ what everybody does with the own account, below /konten/ what the administration does with all."""

from django.urls import include, path

from allmende.kernel.accounts import administration, views

urlpatterns = [
    path("konto/", views.profile, name="accounts_profile"),
    path("konto/token/", views.tokens, name="accounts_tokens"),
    path("konto/token/<int:pk>/widerrufen/", views.revoke_token, name="accounts_revoke_token"),
    path("konto/", include("allauth.urls")),
    path("konten/", administration.accounts, name="accounts_list"),
    path("konten/neu/", administration.create, name="accounts_create"),
    path("konten/rechte/", administration.rights, name="accounts_rights"),
    path("konten/<int:pk>/", administration.account, name="accounts_account"),
    path("konten/<int:pk>/rollen/", administration.grant, name="accounts_grant"),
    path("konten/<int:pk>/rollen/<int:assignment>/entziehen/", administration.withdraw, name="accounts_withdraw"),
    path("konten/<int:pk>/zustand/", administration.set_active, name="accounts_set_active"),
    path("konten/<int:pk>/zweiter-faktor/", administration.reset_mfa, name="accounts_reset_mfa"),
    path("konten/<int:pk>/einmalpasswort/", administration.one_time_password, name="accounts_one_time_password"),
]
