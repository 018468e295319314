"""The face of WooCommerce: its shops are offered here, and read with the keys that their merchants gave."""
