"""The web application, as granian serves it."""

import os

from django.core.wsgi import get_wsgi_application

from shopconnect.core.startup import refuse_dangerous_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")

application = get_wsgi_application()
refuse_dangerous_role()
