"""What crosses the walls of the WooCommerce connector."""

PLATFORM = "woocommerce"
READ_WRITE = "read_write"  # what WooCommerce calls a key that may do both
PLUGIN = "wc-shopconnect/v1"  # the namespace of our plugin
ORIGIN = "https://{shop}"
