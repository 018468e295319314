"""What the page frame asks for."""
