"""Shopify as the bench has it: an export on this disk, webhooks signed here, and nothing asked over the network."""
