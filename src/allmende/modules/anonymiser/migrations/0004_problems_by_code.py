# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences become codes: those that the house said word for word by that code, all others as words that somebody said."""

from typing import Any

from django.db import migrations, models

CODES = {
    "Das ist kein Bild, das wir lesen können. Möglich sind JPEG, PNG, WebP, TIFF und HEIC.": "format",
    "Das Bild ist zu groß. Bitte verkleinern Sie es.": "too_large",
    "Die Datei enthält mehrere Bilder. Bitte geben Sie jedes einzeln ab.": "several_pictures",
    "Das Bild ist beschädigt. Bitte speichern Sie es neu oder nehmen Sie ein anderes.": "damaged",
    "Das ist kein Film, den wir lesen können. Möglich sind MP4, QuickTime, Matroska, WebM, AVI und MPEG.": "film_format",
    "Der Film ist zu lang oder zu groß. Bitte kürzen oder verkleinern Sie ihn.": "film_too_large",
    "Der Film ist beschädigt. Bitte speichern Sie ihn neu oder nehmen Sie einen anderen.": "film_damaged",
    "Das ist kein Bild, kein Film und kein ZIP mit solchen.": "neither",
    "Das Original ist nicht mehr lesbar.": "original_gone",
    "Beim Bearbeiten ist ein Fehler aufgetreten. Es wurde nichts veröffentlicht.": "error",
    "Die Bearbeitung ist mehrmals abgebrochen. Ist die Datei sehr groß?": "given_up",
    "Niemand hat in der vorgesehenen Zeit über das Bild entschieden.": "nobody_decided",
}


def to_codes(apps: Any, _editor: Any) -> None:
    pictures = apps.get_model("anonymiser", "Picture").objects
    for sentence in pictures.exclude(sentence="").values_list("sentence", flat=True).distinct().order_by():
        code = CODES.get(sentence, "said")
        values = {"reason": sentence} if code == "said" else {}
        pictures.filter(sentence=sentence).update(problem=code, problem_values=values)


class Migration(migrations.Migration):
    dependencies = [("anonymiser", "0003_films")]

    operations = [
        migrations.RenameField("picture", "problem", "sentence"),
        migrations.AddField(
            "picture",
            "problem",
            models.CharField(
                blank=True, default="", help_text="why it failed or was refused, a code of problems.py", max_length=30
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "picture",
            "problem_values",
            models.JSONField(default=dict, help_text="what the sentence of that code names"),
        ),
        migrations.RunPython(to_codes, migrations.RunPython.noop),
        migrations.RemoveField("picture", "sentence"),
    ]
