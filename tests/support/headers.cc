// This file only owns the headers that are compiled once for all tests.
