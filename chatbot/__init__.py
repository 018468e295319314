"""The conversation: answers for shoppers, and the console where support staff review them."""
