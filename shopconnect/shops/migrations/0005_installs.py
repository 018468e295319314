"""What a shop's install knows of its tokens, and the key by which a platform's shop is found.

The column of the tokens keeps its first name, so that the code before this one runs on.
"""

from django.db import migrations, models

import shopconnect.core.fields


class Migration(migrations.Migration):
    dependencies = [("shops", "0004_sign_ins_go")]

    operations = [
        migrations.AlterField(
            "install", "token", shopconnect.core.fields.EncryptedTextField(blank=True, db_column="token")
        ),
        migrations.RenameField("install", "token", "tokens"),
        migrations.AddField("install", "tokens_at", models.DateTimeField(null=True)),
        migrations.AddField("install", "signed_in_at", models.DateTimeField(null=True)),
        migrations.AddField("install", "needs_sign_in_at", models.DateTimeField(null=True)),
        migrations.AlterField(
            "shopkey",
            "kind",
            models.CharField(
                max_length=12,
                choices=[(kind, kind) for kind in ("widget", "api", "invitation", "domain", "platform")],
            ),
        ),
    ]
