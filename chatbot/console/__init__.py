"""Where support staff read what shoppers asked and what was answered."""
