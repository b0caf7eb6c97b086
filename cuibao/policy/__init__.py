"""Pure rules: same input, same output; no clock, no I/O."""
