"""How sure a number is: resampling, variances, tests, ties. Knows nothing of datasets or encoders."""
