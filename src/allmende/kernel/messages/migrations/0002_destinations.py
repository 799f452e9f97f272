from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [
        ('letters', '0001_initial'),
    ]

    operations = [
        migrations.RenameModel('Webhook', 'Destination'),
        migrations.RenameField('Destination', 'url', 'address'),
        migrations.AlterField('Destination', 'address', models.CharField(max_length=500, verbose_name='Adresse')),
        migrations.AlterField('Destination', 'sealed_secret', models.TextField(blank=True, editable=False)),
        migrations.AddField('Destination', 'kind', models.CharField(default='webhook', max_length=10, verbose_name='Art'), preserve_default=False),
        migrations.AddField('Destination', 'serves', models.JSONField(default=list)),
        migrations.AddField('Destination', 'options', models.JSONField(default=dict)),
        migrations.AddField('Message', 'remote', models.CharField(blank=True, help_text='what the receiver calls it, once it has told', max_length=200)),
        migrations.AlterField('Message', 'recipient', models.CharField(blank=True, help_text='e-mail address, or slug of the destination', max_length=320)),
        migrations.CreateModel(
            name='Enclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=100)),
                ('role', models.CharField(max_length=10)),
                ('sealed', models.TextField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enclosures', to='letters.message')),
            ],
        ),
    ]
