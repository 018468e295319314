"""WooCommerce: each shop a WordPress of its own, asked over its REST API with a key that its merchant gave."""
