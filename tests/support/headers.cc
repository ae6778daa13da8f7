// Only the owner of the headers that are compiled once for all tests.
