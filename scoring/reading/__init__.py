"""From JSON to a record, whole or refused with every fault named."""
