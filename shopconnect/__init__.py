"""Facts: who installed us, what is sold, what was bought, what shoppers did, what we may know."""
