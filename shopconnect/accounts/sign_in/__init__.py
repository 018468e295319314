"""Where allauth's sign-in meets ours, and the log of who came in."""
