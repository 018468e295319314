"""What a merchant calls what platforms say of orders."""

from django import template

from shopconnect.orders import labels

register = template.Library()
register.filter("order_status", labels.status_label)
register.filter("order_channel", labels.channel_label)
register.filter("parcel_status", labels.parcel_label)
