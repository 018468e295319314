"""Who installed us: organisations, shops, installs, members, and what they are told."""
