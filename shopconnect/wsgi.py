"""The web application, as granian serves it."""

import gc
import os
from urllib.parse import urlsplit

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from shopconnect.core.startup import close_stored_files, prepare_process, refuse_dangerous_role
from shopconnect.core.web.bodies import BodyLimits
from shopconnect.core.web.health_server import serve_health

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

_django = get_wsgi_application()
application = BodyLimits(_django, at_once=settings.BODIES_AT_ONCE, most_bytes=settings.MOST_BODY_BYTES)
refuse_dangerous_role()
close_stored_files()
prepare_process()
resolve("/healthz")  # reads every room's addresses now, and not while the first shopper waits
gc.collect()
# A request makes thousands of objects, nearly all of which go by themselves: looking at each 700 of them costs much.
gc.set_threshold(20_000)
if settings.HEALTH_ADDRESS:
    serve_health(_django, *settings.HEALTH_ADDRESS, site_host=urlsplit(settings.SITE_URL).netloc)
gc.freeze()  # what stands by now stays: going over it again takes a tenth of a second, in the midst of a request
