// What is precompiled for all rooms belongs to a separate library, which needs a file.
