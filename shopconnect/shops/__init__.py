"""Who installed us: shops, their installs and settings, and their erasure."""
