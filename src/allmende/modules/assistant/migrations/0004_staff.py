# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gaps, groups, decisions, proposals, citations. All new tables; the table of answers stays as it is."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("assistant", "0003_switches_and_handover"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finished_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('questions', models.PositiveIntegerField(help_text='that were not answered well')),
                ('left_out', models.PositiveIntegerField(default=0, help_text='older ones beyond the most that are compared')),
                ('method', models.CharField(help_text='meaning, or words while there are no vectors', max_length=10)),
                ('seconds', models.FloatField(help_text='that comparing took')),
            ],
        ),
        migrations.CreateModel(
            name='QuestionGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(blank=True, help_text='id of the nearest service', max_length=100)),
                ('distance', models.FloatField(help_text='from the middle of the group to that service, 0 to 2', null=True)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('questions', models.PositiveIntegerField(help_text='how many the group had then')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('service', models.CharField(max_length=100)),
                ('language', models.CharField(max_length=2)),
                ('term', models.CharField(blank=True, help_text='once a member of staff has written or approved it', max_length=120)),
                ('automatic', models.BooleanField(default=False)),
                ('state', models.CharField(default='open', help_text='a state of data/review.yaml', max_length=10)),
                ('proposed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('measured', models.JSONField(help_text='lift.Lift as JSON: counts and numbers of questions, no text', null=True)),
                ('measured_at', models.DateTimeField(null=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=120)),
                ('kind', models.CharField(help_text='picked, rephrased or group', max_length=12)),
                ('source', models.BooleanField(default=False)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='assistant.answer')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='assistant.proposal')),
            ],
        ),
        migrations.CreateModel(
            name='Gap',
            fields=[
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='gap', serialize=False, to='assistant.answer')),
                ('reason', models.CharField(help_text='a reason of data/review.yaml', max_length=20)),
                ('vector', models.BinaryField(default=bytes, help_text='(384,) int8')),
                ('vector_of', models.CharField(blank=True, help_text='the model that made the vector', max_length=200)),
                ('rank', models.PositiveIntegerField(default=0)),
                ('words', models.JSONField(default=list)),
                ('decision', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gaps', to='assistant.decision')),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='gaps', to='assistant.questiongroup')),
            ],
        ),
        migrations.CreateModel(
            name='QuestionSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('questions', models.JSONField(help_text='question_set.Line as JSON')),
                ('digest', models.CharField(help_text='of the file it was read from', max_length=64)),
                ('loaded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Citation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='key of the search document', max_length=300)),
                ('digest', models.CharField(max_length=64)),
                ('answer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='citations', to='assistant.answer')),
            ],
            options={
                'indexes': [models.Index(fields=['source'], name='assistant_cited_source')],
                'constraints': [models.UniqueConstraint(fields=('answer', 'source', 'digest'), name='assistant_cited_once')],
            },
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(fields=['state'], name='assistant_proposal_state'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('proposal', 'answer'), name='assistant_evidence_once'),
        ),
        migrations.AddIndex(
            model_name='gap',
            index=models.Index(fields=['group', 'rank'], name='assistant_gap_in_group'),
        ),
    ]
