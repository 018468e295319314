"""What merchants write: drafts and versions of answers, and the questions that they try on them."""

import django.db.models.deletion
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall

OPTIONS = {"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"}


def base_fields() -> list[tuple[str, models.Field]]:
    """Return the fields that each shop's table has."""
    shop = models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="shops.shop"
    )
    key = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
    return [("id", key), ("shop", shop)]


class Migration(migrations.Migration):
    dependencies = [("answers", "0001_initial"), ("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AnswerVersion",
            fields=[
                *base_fields(),
                ("entry", models.CharField(max_length=255)),
                ("number", models.PositiveIntegerField(default=0)),
                ("texts", models.JSONField(default=dict)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                ("undoes", models.PositiveIntegerField(null=True)),
            ],
            options={
                **OPTIONS,
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "entry", "number"), name="answers_answerversion_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerTrial",
            fields=[
                *base_fields(),
                ("entry", models.CharField(max_length=255)),
                ("texts", models.JSONField(default=dict)),
                ("language", models.CharField(max_length=2)),
                ("asked", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("found", models.JSONField(null=True)),
            ],
            options={
                **OPTIONS,
                "constraints": [models.UniqueConstraint(fields=("shop", "entry"), name="answers_answertrial_last")],
            },
        ),
        ShopWall("answerversion"),
        ShopWall("answertrial"),
    ]
