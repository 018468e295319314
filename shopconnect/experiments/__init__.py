"""Who is in which arm, and what each arm earned: assignment, the hold-out, intervals."""
