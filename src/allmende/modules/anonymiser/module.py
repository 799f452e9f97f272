# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import (
    AISystem,
    Area,
    Command,
    DemoLoader,
    Evaluation,
    FileCleaner,
    HealthCheck,
    NavigationItem,
    Right,
    RiskClass,
    Role,
    Room,
)

PACKAGE = "allmende.modules.anonymiser"

ROOM = Room(
    name="anonymiser",
    package=PACKAGE,
    area=Area.BACK_OFFICE,
    title=_("Anonymisierung von Bildern"),
    description=_("Gesichter und Kennzeichen verschwinden aus Bildern, bevor sie jemand zu sehen bekommt."),
    urls=f"{PACKAGE}.urls",
    api=f"{PACKAGE}.api:router",
    navigation=(
        NavigationItem(
            title=_("Bilder anonymisieren"),
            url_name="anonymiser",
            right="anonymiser.use",
            description=_("Gesichter und Kennzeichen in Bildern verdecken."),
            icon="visibility-off",
        ),
        NavigationItem(
            title=_("Bilder prüfen"),
            url_name="anonymiser_queue",
            right="anonymiser.review",
            description=_("Masken ansehen und ändern, Bilder freigeben oder ablehnen."),
            icon="search",
        ),
        NavigationItem(
            title=_("Nachweise zu Bildern"),
            url_name="anonymiser_records",
            right="anonymiser.records",
            description=_("Was mit Bildern geschah, unterschrieben; Anfragen nach Originalen."),
            icon="download",
        ),
        NavigationItem(
            title=_("Was übersehen wird"),
            url_name="anonymiser_estimates",
            right="anonymiser.estimate",
            description=_("An einer Stichprobe zählen, was in den eigenen Bildern nicht verdeckt ist."),
            icon="brightness-medium",
        ),
    ),
    rights=(
        Right(name="anonymiser.use", title=_("Bilder anonymisieren"), roles=(Role.CLERK, Role.EDITOR)),
        Right(name="anonymiser.review", title=_("Bilder prüfen und freigeben"), roles=(Role.CLERK,)),
        Right(
            name="anonymiser.records",
            title=_("Nachweise zu allen Bildern lesen"),
            roles=(Role.DATA_PROTECTION_OFFICER,),
        ),
        Right(
            name="anonymiser.unlock",
            title=_("Als zweite Person ein versiegeltes Original öffnen lassen"),
            roles=(Role.DATA_PROTECTION_OFFICER,),
        ),
        Right(
            name="anonymiser.estimate",
            title=_("An Stichproben zählen, was übersehen wird"),
            roles=(Role.CLERK, Role.DATA_PROTECTION_OFFICER),
        ),
    ),
    file_cleaners=(
        FileCleaner(
            name="anonymiser",
            media_types=("image/jpeg", "image/png", "image/webp"),
            clean=f"{PACKAGE}.cleaning:clean",
            spares=("application",),
        ),
    ),
    ai_systems=(
        AISystem(
            name="anonymiser",
            title=_("Erkennung von Gesichtern und Kennzeichen"),
            purpose=_(
                "Gesichter und Kennzeichen in Bildern und Filmen finden und unkenntlich machen, bevor jemand sie sieht."
            ),
            method=_(
                "Zwei neuronale Netze auf dem Rechner der Stadt: CenterFace für Gesichter (mit der Sammlung WIDER FACE "
                "trainiert) und die Schrifterkennung von PP-OCRv5 für Kennzeichen. Sie suchen Stellen, die wie ein Gesicht "
                "oder ein Kennzeichen aussehen; sie vergleichen niemanden mit anderen Bildern und lernen nicht dazu."
            ),
            data_used=_(
                "Das Bild oder der Film selbst. Aus den Zusatzangaben eines Bildes bleibt höchstens, was die Stadt erlaubt: der "
                "Tag, auf Wunsch der Ort, und wie ein Rundumbild anzuzeigen ist. Von denen eines Films bleibt nichts."
            ),
            risk_class=RiskClass.MINIMAL,
            risk_reasons=_(
                "Das Verfahren erkennt nicht, wer jemand ist, und entscheidet nichts über Menschen. Es schützt sie. Es fällt "
                "unter keinen Anhang der Verordnung (EU) 2024/1689."
            ),
            human_oversight=_(
                "Das fertige Bild wird noch einmal untersucht. Findet sich dabei noch etwas, entscheidet ein Mensch; vorher "
                "wird nichts veröffentlicht. Ein Film, in dem sich noch etwas findet, wird nicht veröffentlicht."
            ),
            disclosure=_(
                "Gesichter und Kennzeichen werden automatisch verdeckt. Alle zu finden, kann niemand versprechen."
            ),
            evaluation="anonymiser",
        ),
    ),
    commands=(
        Command(
            name="anonymise",
            help="Fill faces and plates in a picture, or in every picture of a tree.",
            target=f"{PACKAGE}.cli:anonymise",
        ),
        Command(
            name="anonymiser",
            help="Signed records of anonymised pictures: check them.",
            target=f"{PACKAGE}.verifying:anonymiser",
        ),
    ),
    evaluations=(
        Evaluation(
            name="anonymiser",
            help="Share of marked faces and plates that are found and covered.",
            target=f"{PACKAGE}.evaluation:anonymiser",
            arguments="--data DIR",
            measures=_(
                "Wie viele der Gesichter und Kennzeichen, die Menschen in Bildern markiert haben, gefunden und verdeckt werden, "
                "und wie viel dabei zu Unrecht verdeckt wird. Was nicht verdeckt ist, kann jemand wiedererkennen."
            ),
            figures={
                "labels.face.recall": _("Gesichter: gefunden"),
                "labels.face.cov95": _("Gesichter: zu mindestens 95 % verdeckt"),
                "labels.face.precision": _("Gesichter: zu Recht verdeckt"),
                "labels.face.boxes": _("Gesichter: markiert"),
                "labels.face.regions": _("Gesichter: verdeckte Stellen"),
                "labels.face.with_intervals": _("Gesichter: mit Vertrauensbereich"),
                "labels.face.sizes": _("Gesichter: nach Größe in Bildpunkten"),
                "labels.plate.recall": _("Kennzeichen: gefunden"),
                "labels.plate.cov95": _("Kennzeichen: zu mindestens 95 % verdeckt"),
                "labels.plate.precision": _("Kennzeichen: zu Recht verdeckt"),
                "labels.plate.boxes": _("Kennzeichen: markiert"),
                "labels.plate.regions": _("Kennzeichen: verdeckte Stellen"),
                "labels.plate.with_intervals": _("Kennzeichen: mit Vertrauensbereich"),
                "labels.plate.sizes": _("Kennzeichen: nach Größe in Bildpunkten"),
                "masked_share": _("Verdeckter Anteil der Bildfläche"),
                "verified": _("Anteil der Bilder, in denen der zweite Blick nichts mehr fand"),
                "psnr_outside_db": _("Treue außerhalb der verdeckten Stellen, schlechtestes Bild (Dezibel)"),
                "ms_per_megapixel": _("Dauer je Million Bildpunkte"),
                "processor_ms_per_megapixel": _("Rechenzeit je Million Bildpunkte"),
                "pictures": _("Bilder"),
                "megapixels": _("Millionen Bildpunkte"),
            },
        ),
    ),
    health_checks=(
        HealthCheck(name="anonymiser", title=_("Anonymisierung von Bildern"), check=f"{PACKAGE}.health:check"),
    ),
    demo_loaders=(DemoLoader(load=f"{PACKAGE}.demo:load", order=60),),
)
