"""Facts of the shop that answer a shopper without any FAQ: what is sold and in stock, where an order stands."""
