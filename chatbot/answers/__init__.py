"""Answers for shoppers from the shop's own questions and answers, or an honest escalation to a person."""
