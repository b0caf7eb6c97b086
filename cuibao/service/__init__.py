"""One use case a module: primitives and `as_of` in, frozen results out."""
