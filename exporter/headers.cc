// What is precompiled for all rooms belongs to a library of its own, which needs a file.
