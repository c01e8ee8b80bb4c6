from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0012_words_are_found_by_a_part'),
    ]

    operations = [
        migrations.AlterField(
            model_name='publicnotice',
            name='is_certain',
            field=models.BooleanField(default=True, help_text='False: a year without calendar data counted weekends and holidays of fixed date only'),
        ),
    ]
