"""The merchant's home, the navigation and the page frame."""
