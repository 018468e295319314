"""Answers for shoppers from the shop's own questions and answers, or an honest hand-over to a person."""
