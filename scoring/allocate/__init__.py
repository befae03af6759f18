"""Who is awarded which lot, given every ranking and the published limits."""
