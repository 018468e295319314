"""WooCommerce as the bench has it: a shop whose rows lie in a file, answered in this process, over no network."""
