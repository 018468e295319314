"""What a language model may do for a shop, the phrases that it suggested, and which answers it worded."""

import django.db.models.deletion
from django.db import migrations, models

from shopconnect.core.tenancy.walls import ShopWall


def _shop() -> models.ForeignKey:
    return models.ForeignKey(
        db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="shops.shop"
    )


def _options(constraint: models.UniqueConstraint) -> dict[str, object]:
    return {
        "abstract": False,
        "base_manager_name": "objects",
        "default_manager_name": "objects",
        "constraints": [constraint],
    }


class Migration(migrations.Migration):
    dependencies = [("answers", "0006_exchange_details"), ("shops", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="exchange",
            name="is_generated",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.CreateModel(
            name="CompositionSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(blank=True, max_length=200)),
                ("model", models.CharField(blank=True, max_length=200)),
                ("region", models.CharField(blank=True, max_length=200)),
                ("words_answers", models.BooleanField(default=False)),
                ("cap", models.PositiveIntegerField(default=500)),
                ("month", models.DateField(null=True)),
                ("used", models.PositiveIntegerField(default=0)),
                ("by_id", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(null=True)),
                ("shop", _shop()),
            ],
            options=_options(models.UniqueConstraint(fields=("shop",), name="answers_compositionsetting_one")),
        ),
        ShopWall("compositionsetting"),
        migrations.CreateModel(
            name="PhraseRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.CharField(max_length=255)),
                ("language", models.CharField(max_length=2)),
                ("asked_at", models.DateTimeField()),
                ("region", models.CharField(max_length=200)),
                ("found", models.JSONField(null=True)),
                ("shop", _shop()),
            ],
            options=_options(
                models.UniqueConstraint(fields=("shop", "entry", "language"), name="answers_phraserequest_last")
            ),
        ),
        ShopWall("phraserequest"),
    ]
