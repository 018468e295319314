#!/usr/bin/env python
"""The way in for commands: `python manage.py help` lists them."""

import os
import sys

from django.core.management import execute_from_command_line

from shopconnect.core.environment import BadSetting
from shopconnect.core.machine import SetupProblem, write_for_ourselves
from shopconnect.embedded.session import servers_for


def main() -> None:
    """Run a command, with this checkout's own servers where the environment names none."""
    write_for_ourselves()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopconnect.settings")
    try:
        with servers_for(sys.argv[1:]):
            execute_from_command_line(sys.argv)
    except (SetupProblem, BadSetting) as problem:
        sys.exit(f"{problem}")


if __name__ == "__main__":
    main()
