"""What a shop says of itself among the topics: its hours, delivery, how it is reached."""

from django.db import migrations, models

TOPICS = [
    "greeting",
    "thanks",
    "farewell",
    "identity",
    "wellbeing",
    "agreement",
    "rudeness",
    "off_topic",
    "order",
    "product",
    "stock",
    "change",
    "returns",
    "withdrawal",
    "hours",
    "delivery",
    "contact",
    "person",
    "distress",
    "violence",
    "health",
    "danger",
    "fraud",
    "law",
    "anger",
]


class Migration(migrations.Migration):
    dependencies = [("answers", "0005_exchange_cards")]

    operations = [
        migrations.AlterField(
            model_name="exchange",
            name="topic",
            field=models.CharField(blank=True, choices=[(one, one) for one in TOPICS], max_length=10),
        ),
    ]
