"""A double of Stripe's API, held to the parameters and fields of Stripe's own library."""
