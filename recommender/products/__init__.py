"""Which products to suggest beside another and to whom, learnt from what was bought, with reasons and figures."""
