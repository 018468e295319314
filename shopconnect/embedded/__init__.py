"""PostgreSQL, Redis, web and workers on one machine: what `manage.py up` starts and stops."""
