"""A new address waits beside the one that is confirmed, and takes its place once it is too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shops', '0009_goodbye'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='noticeaddress',
            name='shops_address_once',
        ),
        migrations.AddConstraint(
            model_name='noticeaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at', None), _negated=True), fields=('shop',), name='shops_address_once'),
        ),
        migrations.AddConstraint(
            model_name='noticeaddress',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at', None)), fields=('shop',), name='shops_address_waits_once'),
        ),
    ]
