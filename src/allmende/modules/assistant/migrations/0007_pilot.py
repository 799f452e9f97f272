# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pilot study. The database refuses to change a question set or a run; who made it may be forgotten with the account."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

KEPT = {
    "assistant_pilotset": "name, version, title, about, questions, digest, loaded_at",
    "assistant_pilotrun": "set_id, at, origin, outcomes, figures, versions",
    "assistant_recheck": "set_id, at, outcomes",
}
CREATE = {
    "sqlite": "CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'what a pilot study measured is immutable'); END",
    "postgresql": "CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {columns} ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION assistant_refuse()",  # of the second migration
}
DROP = {
    "sqlite": "DROP TRIGGER IF EXISTS {table}_no_update",
    "postgresql": "DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
}


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table, columns in KEPT.items():
        editor.execute(DROP[editor.connection.vendor].format(table=table))
        editor.execute(CREATE[editor.connection.vendor].format(table=table, columns=columns))


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in KEPT:
        editor.execute(DROP[editor.connection.vendor].format(table=table))


class Migration(migrations.Migration):

    dependencies = [
        ('assistant', '0006_live'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Assumption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(db_index=True, max_length=30)),
                ('value', models.FloatField()),
                ('source', models.CharField(blank=True, help_text="where the value comes from, in the town's words", max_length=300)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='PilotRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('origin', models.CharField(help_text='an origin of data/pilot.yaml', max_length=10)),
                ('outcomes', models.JSONField(help_text='engine.figures.Outcome as JSON, in the order of the set')),
                ('figures', models.JSONField()),
                ('versions', models.JSONField(help_text='of the house, texts, index, embedding model, rules')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Acceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acceptance', to='assistant.pilotrun')),
            ],
        ),
        migrations.CreateModel(
            name='PilotSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('title', models.JSONField(help_text='by language')),
                ('about', models.JSONField(default=dict, help_text='by language')),
                ('questions', models.JSONField(help_text='the lines of the file, masked')),
                ('digest', models.CharField(max_length=64)),
                ('loaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', '-version'],
            },
        ),
        migrations.AddField(
            model_name='pilotrun',
            name='set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='assistant.pilotset'),
        ),
        migrations.CreateModel(
            name='SurveyRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phase', models.CharField(help_text='a phase of data/survey.yaml', max_length=10)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('questions', models.JSONField(help_text='the questions of data/survey.yaml when the round was opened')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SurveyPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('used', models.BooleanField(default=False)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passes', to='assistant.surveyround')),
            ],
        ),
        migrations.CreateModel(
            name='SurveyCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=40)),
                ('choice', models.PositiveSmallIntegerField()),
                ('count', models.PositiveIntegerField(default=0)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='assistant.surveyround')),
            ],
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('outcomes', models.JSONField(help_text='engine.figures.Outcome as JSON')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rechecks', to='assistant.pilotset')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='pilotset',
            constraint=models.UniqueConstraint(fields=('name', 'version'), name='assistant_pilot_set_once'),
        ),
        migrations.AddConstraint(
            model_name='surveypass',
            constraint=models.UniqueConstraint(fields=('round', 'digest'), name='assistant_survey_pass'),
        ),
        migrations.AddConstraint(
            model_name='surveycount',
            constraint=models.UniqueConstraint(fields=('round', 'question', 'choice'), name='assistant_survey_once'),
        ),
        migrations.RunPython(create, drop),
    ]
