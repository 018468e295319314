"""What was bought and by whom: orders, refunds, lines, shipments, customers."""
