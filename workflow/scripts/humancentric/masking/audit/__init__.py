"""How much readable text a detector leaves: on text of known ink, and on real pictures by an engine that reads."""
