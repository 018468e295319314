"""People who work with shops: sign-up, sign-in, members, invitations, roles, and the tokens of their programs."""
