"""Stripe: plans paid by card on its own pages, for shops whose platform takes no money for apps."""
