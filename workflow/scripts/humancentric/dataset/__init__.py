"""Turn a listing into samples: labels, splits, leakage, dataset cards."""
