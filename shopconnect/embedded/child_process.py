"""Run a program that ends when the process that started it ends; used as a script, before anything else is imported.

Arguments: the signal sent at the starter's death, the starter's id, user and group to become (- for our own), then the
program. The kernel forgets the wish at a change of user, hence: change user, make the wish, run the program.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the asked user, bind our life to the starter's, and turn into the program."""
    death_signal, starter, user, group, *command = sys.argv[1:]
    if group != "-":
        os.setgroups([])
        os.setgid(int(group))
    if user != "-":
        os.setuid(int(user))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != int(starter):  # it died before the wish was made
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
