"""A WooCommerce that answers as a real one does: its headers, its errors, its drifting pages, its lost webhooks.

`WooDouble` serves any number of shops over HTTP; a test moves a shop by `store`, as a merchant and its shoppers would.
"""
