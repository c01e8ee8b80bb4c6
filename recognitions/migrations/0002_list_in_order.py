"""The national list is shown by division code and pinyin: let it be read in that order."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recognitions", "0001_recognitions")]

    operations = [
        migrations.AddIndex(
            model_name="recognition",
            index=models.Index(fields=["sample", "sort_key", "id"], name="recognition_in_order"),
        ),
    ]
