// Nothing but the owner of the headers that the tests have compiled once.
