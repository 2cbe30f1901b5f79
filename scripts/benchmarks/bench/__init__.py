"""What several benchmarks open and measure by."""
