"""What a test split shares with a training split: found, counted, listed, and put on one side."""
