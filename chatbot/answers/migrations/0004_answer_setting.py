"""What staff label, and from which confidence on a shop's assistant answers."""

import django.db.models.deletion
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    dependencies = [("answers", "0003_exchange_topic"), ("shops", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="exchange", name="expect", field=models.CharField(max_length=255, null=True)
        ),
        migrations.CreateModel(
            name="AnswerSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answer_from", models.FloatField(default=0.72)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("shift", models.FloatField(default=0.0)),
                ("lowest", models.FloatField(default=0.72)),
                ("labels", models.PositiveIntegerField(default=0)),
                ("figures", models.JSONField(default=list)),
                ("measured_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="shops.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
                "constraints": [models.UniqueConstraint(fields=("shop",), name="answers_answersetting_one")],
            },
        ),
        ShopWall("answersetting"),
    ]
