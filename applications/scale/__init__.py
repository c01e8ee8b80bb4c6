"""Many synthetic applications for measurements: real shapes and real findings, no real cluster."""
