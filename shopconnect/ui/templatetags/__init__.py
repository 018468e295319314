"""Tags and filters of the page frame."""
