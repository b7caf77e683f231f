"""From a listing to samples: labels, splits, leakage, dataset cards."""
