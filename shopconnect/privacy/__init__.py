"""What we may know, and for how long: consent, requests, retention, human review; and how advice explains itself."""
