"""The tables of the room, and their walls."""

import django.db.models.deletion
from django.db import migrations, models

import shopconnect.core.fields
import shopconnect.core.security.crypto
import shopconnect.core.tenancy.shop_model
from shopconnect.core.tenancy.walls import ShopWall


class Migration(migrations.Migration):
    initial = True

    dependencies = [("shops", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Conversation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("token_hash", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=2)),
                ("started_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                ("notice", models.CharField(max_length=20)),
                ("notice_at", models.DateTimeField()),
                ("person_asked_at", models.DateTimeField(null=True)),
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                ("external_id", models.CharField(max_length=255)),
                ("language", models.CharField(max_length=2)),
                ("question", models.TextField()),
                ("phrases", models.JSONField(default=list)),
                ("answer", models.TextField()),
                ("category", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="Exchange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    shopconnect.core.fields.PublicIdField(
                        default=shopconnect.core.security.crypto.random_public_id, editable=False
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("written", "written"), ("chosen", "chosen"), ("person", "person")], max_length=8
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("asked", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("person_key", models.CharField(max_length=64, null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("answer", "answer"), ("guesses", "guesses"), ("hand_over", "hand_over")],
                        max_length=10,
                    ),
                ),
                ("reply", models.TextField(blank=True)),
                ("entry", models.CharField(blank=True, max_length=255)),
                ("confidence", models.FloatField(null=True)),
                ("candidates", models.JSONField(default=list)),
                ("scorer", models.CharField(blank=True, max_length=20)),
                ("milliseconds", models.FloatField(null=True)),
                ("is_inline", models.BooleanField(default=False)),
                ("helpful", models.BooleanField(null=True)),
                (
                    "conversation",
                    shopconnect.core.tenancy.shop_model.ShopForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exchanges",
                        to="answers.conversation",
                    ),
                ),
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.CreateModel(
            name="TestQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("digest", models.CharField(max_length=64)),
                ("text", models.TextField()),
                ("expect", models.CharField(max_length=255, null=True)),
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
            options={"abstract": False, "base_manager_name": "objects", "default_manager_name": "objects"},
        ),
        migrations.AddIndex(
            model_name="conversation", index=models.Index(fields=["shop", "last_at"], name="answers_conversation_last")
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(fields=("shop", "id"), name="answers_conversation_shop_key"),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(fields=("shop", "token_hash"), name="answers_conversation_token"),
        ),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="answers_conversation_public"),
        ),
        migrations.AddConstraint(
            model_name="entry", constraint=models.UniqueConstraint(fields=("shop", "id"), name="answers_entry_shop_key")
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("shop", "language", "external_id"), name="answers_entry_once"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="answers_entry_public"),
        ),
        migrations.AddIndex(
            model_name="exchange",
            index=models.Index(fields=["shop", "conversation", "id"], name="answers_exchange_talk"),
        ),
        migrations.AddIndex(
            model_name="exchange", index=models.Index(fields=["shop", "-asked_at"], name="answers_exchange_asked")
        ),
        migrations.AddIndex(
            model_name="exchange", index=models.Index(fields=["shop", "person_key"], name="answers_exchange_person")
        ),
        migrations.AddConstraint(
            model_name="exchange",
            constraint=models.UniqueConstraint(fields=("shop", "public_id"), name="answers_exchange_public"),
        ),
        migrations.AddConstraint(
            model_name="testquestion",
            constraint=models.UniqueConstraint(
                fields=("shop", "language", "digest"), name="answers_test_question_once"
            ),
        ),
        ShopWall("entry"),
        ShopWall("testquestion"),
        ShopWall("conversation"),
        ShopWall("exchange"),
    ]
