# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of the room."""

from django.urls import path

from allmende.modules.anonymiser.views import batches, estimates, originals, pictures, records, review

urlpatterns = [
    path("anonymisierung/bilder/", batches.home, name="anonymiser"),
    path("anonymisierung/bilder/stapel/<uuid:pk>/", batches.batch, name="anonymiser_batch"),
    path("anonymisierung/bilder/stapel/<uuid:pk>/ergebnisse.zip", batches.results, name="anonymiser_results"),
    path("anonymisierung/bilder/stapel/<uuid:pk>/loeschen/", batches.delete, name="anonymiser_delete"),
    path("anonymisierung/bilder/<uuid:pk>/", pictures.picture, name="anonymiser_picture"),
    path("anonymisierung/bilder/<uuid:pk>/vorher/", pictures.before, name="anonymiser_before"),
    path("anonymisierung/bilder/<uuid:pk>/nachher/", pictures.after, name="anonymiser_after"),
    path("anonymisierung/bilder/<uuid:pk>/film/", pictures.film, name="anonymiser_film"),
    path("anonymisierung/bilder/<uuid:pk>/standbild/", pictures.poster, name="anonymiser_poster"),
    path("anonymisierung/bilder/<uuid:pk>/herunterladen/", pictures.download, name="anonymiser_download"),
    path("anonymisierung/bilder/<uuid:pk>/pruefen/", review.editor, name="anonymiser_editor"),
    path("anonymisierung/bilder/<uuid:pk>/befund/", review.take_finding, name="anonymiser_finding"),
    path("anonymisierung/bilder/<uuid:pk>/entscheiden/", review.decide, name="anonymiser_decide"),
    path("anonymisierung/bilder/<uuid:pk>/original/loeschen/", originals.delete, name="anonymiser_original_delete"),
    path("anonymisierung/bilder/<uuid:pk>/original/anfragen/", originals.ask, name="anonymiser_original_ask"),
    path("anonymisierung/original/<uuid:pk>/entscheiden/", originals.decide, name="anonymiser_unlock_decide"),
    path("anonymisierung/original/<uuid:pk>/holen/", originals.fetch, name="anonymiser_unlock_fetch"),
    path("anonymisierung/pruefung/", review.queue, name="anonymiser_queue"),
    path("anonymisierung/nachweise/", records.listing, name="anonymiser_records"),
    path("anonymisierung/nachweise/<uuid:pk>.json", records.as_json, name="anonymiser_record"),
    path("anonymisierung/nachweise/<uuid:pk>.pdf", records.as_pdf, name="anonymiser_record_pdf"),
    path("anonymisierung/schluessel/", records.keys, name="anonymiser_keys"),
    path("anonymisierung/schaetzung/", estimates.listing, name="anonymiser_estimates"),
    path("anonymisierung/schaetzung/<uuid:pk>/", estimates.sample, name="anonymiser_estimate"),
]
