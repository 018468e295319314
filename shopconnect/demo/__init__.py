"""The invented shop: its generator, its storefront, the shoppers who walk it."""
