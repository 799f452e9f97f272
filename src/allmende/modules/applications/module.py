# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the room declares to the house."""

from django.utils.translation import gettext_lazy as _

from allmende.kernel.registry import (
    Area,
    CaseKind,
    Command,
    DemoLoader,
    Dependents,
    Dialog,
    LetterTemplate,
    NavigationItem,
    OnlineServices,
    PersonalData,
    Right,
    Role,
    Room,
    Statistic,
)

PACKAGE = "allmende.modules.applications"

ROOM = Room(
    name="applications",
    package=PACKAGE,
    area=Area.FRONT_OFFICE,
    title=_("Anträge"),
    description=_("Bürgerinnen und Bürger werden Frage für Frage durch einen Antrag geführt."),
    urls=f"{PACKAGE}.urls",
    navigation=(
        NavigationItem(
            title=_("Anträge am Telefon"),
            url_name="applications_phone",
            right="applications.phone",
            description=_("Einen Antrag für jemanden ausfüllen, der anruft."),
            icon="content-copy",
        ),
        NavigationItem(
            title=_("Abläufe"),
            url_name="flows",
            right="applications.edit",
            description=_("Bearbeiten, ausprobieren und veröffentlichen, wie Anträge ablaufen."),
            icon="keyboard-double-arrow-right",
        ),
    ),
    rights=(
        Right(name="applications.phone", title=_("Anträge am Telefon aufnehmen"), roles=(Role.CLERK,)),
        Right(
            name="applications.edit",
            title=_("Abläufe von Anträgen bearbeiten"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
        Right(
            name="applications.publish",
            title=_("Abläufe von Anträgen veröffentlichen und zurückziehen"),
            roles=(Role.EDITOR, Role.ADMINISTRATOR),
        ),
    ),
    commands=(
        Command(
            name="flows",
            help="The flows of guided applications: check them, draft one from FIM.",
            target=f"{PACKAGE}.cli:flows",
        ),
    ),
    letters=(
        LetterTemplate(
            name="applications.receipt",
            title=_("Eingangsbestätigung zu einem Antrag"),
            texts=f"{PACKAGE}:data/letters/receipt.yaml",
        ),
    ),
    case_kinds=(
        CaseKind(
            name="applications.application",
            title=_("Antrag"),
            detail=f"{PACKAGE}.showing:detail",
            export=f"{PACKAGE}.showing:export",
            paper=f"{PACKAGE}.showing:paper",
        ),
    ),
    personal_data=(
        PersonalData(
            name="applications",
            title=_("Anträge (angefangene sind ohne den Code des Menschen nicht lesbar und verfallen von selbst)"),
            find=f"{PACKAGE}.personal:find",
            erase=f"{PACKAGE}.personal:erase",
        ),
    ),
    online_services=(OnlineServices(name="applications", addresses=f"{PACKAGE}.queries:addresses"),),
    statistics=(Statistic(name="applications", title=_("Anträge"), count=f"{PACKAGE}.statistics:count"),),
    dependents=(Dependents(name="flows", title=_("Ablauf eines Antrags"), resting=f"{PACKAGE}.dependents:resting"),),
    dialogs=(
        Dialog(
            name="applications",
            offers=f"{PACKAGE}.dialog:offers",
            begin=f"{PACKAGE}.dialog:begin",
            show=f"{PACKAGE}.dialog:show",
            turn=f"{PACKAGE}.dialog:turn",
            forget=f"{PACKAGE}.dialog:forget",
            as_form=f"{PACKAGE}.views.holding:hold",
        ),
    ),
    demo_loaders=(DemoLoader(load=f"{PACKAGE}.demo:load", order=40),),
)
