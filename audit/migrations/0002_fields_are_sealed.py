from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_record'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='salt',
            field=models.CharField(blank=True, db_default='', default='', help_text='empty: older than the sealing of fields', max_length=64),
        ),
    ]
