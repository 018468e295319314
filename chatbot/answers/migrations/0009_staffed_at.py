"""Since when somebody of the staff answers in a conversation in the assistant's place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("answers", "0008_messages")]

    operations = [
        migrations.AddField(model_name="conversation", name="staffed_at", field=models.DateTimeField(null=True)),
    ]
