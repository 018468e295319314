"""What is sold: products, their variants and translations, the price ledger and stock snapshots."""
