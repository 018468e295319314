"""The web application, as granian serves it."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from shopconnect.core.startup import close_stored_files, refuse_dangerous_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

application = get_wsgi_application()
refuse_dangerous_role()
close_stored_files()
resolve("/healthz")  # reads every room's addresses now, and not while the first shopper waits
gc.collect()
# A request makes thousands of objects, nearly all of which go by themselves: looking at each 700 of them costs much.
gc.set_threshold(20_000)
gc.freeze()  # what stands by now stays: going over it again takes a tenth of a second, in the midst of a request
