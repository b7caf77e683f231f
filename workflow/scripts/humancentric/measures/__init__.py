"""How good predictions are: metrics, calibration, thresholds, one class or one sample at a time."""
