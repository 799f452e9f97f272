# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.modules.assistant.live.views import citizen, clerk

citizens = [
    path("", citizen.hand_over, name="ask_live"),
    path("neben-dem-fenster/", citizen.beside_window, name="ask_live_beside"),
    path("nachricht/", citizen.say, name="ask_live_say"),
    path("ende/", citizen.end, name="ask_live_end"),
    path("strom/", citizen.stream, name="ask_live_stream"),
]
clerks = [
    path("", clerk.queue, name="live_queue"),
    path("strom/", clerk.queue_stream, name="live_queue_stream"),
    path("anwesend/", clerk.mark_present, name="live_present"),
    path("<uuid:chat_id>/", clerk.chat, name="live_chat"),
    path("<uuid:chat_id>/uebernehmen/", clerk.accept, name="live_accept"),
    path("<uuid:chat_id>/nachricht/", clerk.say, name="live_say"),
    path("<uuid:chat_id>/strom/", clerk.stream, name="live_stream"),
    path("<uuid:chat_id>/abschluss/", clerk.finish, name="live_finish"),
]
