"""The servers of `manage.py up`: PostgreSQL and Redis from wheels, run by ourselves, one set for each checkout."""
