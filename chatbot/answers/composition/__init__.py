"""What a language model may do for a shop that allows it: propose phrases of an entry, and word its answer."""
