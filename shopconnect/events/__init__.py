"""What shoppers did, with consent: events in monthly partitions."""
