# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.urls import path

from allmende.modules.assistant.pilot.views import figures, runs, survey

urlpatterns = [
    path("", runs.overview, name="pilot"),
    path("fragensatz/", runs.import_set, name="pilot_import"),
    path("fragensatz/<int:set_id>/starten/", runs.start, name="pilot_start"),
    path("lauf/<int:run_id>/", runs.run, name="pilot_run"),
    path("lauf/<int:run_id>/bericht.pdf", runs.printed, name="pilot_printed"),
    path("lauf/<int:run_id>/abnehmen/", runs.accept, name="pilot_accept"),
    path("lauf/<int:run_id>/vergleich/<int:other_id>/", runs.compare, name="pilot_compare"),
    path("betrieb/", figures.figures, name="pilot_figures"),
    path("aktualitaet/", figures.fresh, name="pilot_fresh"),
    path("aktualitaet/neu-stellen/", figures.recheck, name="pilot_recheck"),
    path("umfrage/", survey.rounds, name="pilot_survey"),
    path("umfrage/neu/", survey.open_round, name="pilot_survey_open"),
    path("umfrage/<int:round_id>/schliessen/", survey.close_round, name="pilot_survey_close"),
    path("umfrage/<int:round_id>/links/", survey.make_links, name="pilot_survey_links"),
    path("annahmen/", runs.assumptions, name="pilot_assumptions"),
    path("annahmen/setzen/", runs.assume, name="pilot_assume"),
]
