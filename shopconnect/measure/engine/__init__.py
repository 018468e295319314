"""Models and purchases as large as one likes, drawn from a seed."""
