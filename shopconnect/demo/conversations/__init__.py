"""What shoppers of the invented shop asked lately, and what its team did about it."""
