"""What members are told, in the pages and by e-mail."""
