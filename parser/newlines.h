// Where the newlines of a text are, for some kilobytes at once: with the widest registers that the
// processor has, whatever the program was compiled for.
#pragma once

#ifdef __SSE2__

#include <cstdint>
#include <span>

namespace maillog::internal {

/// Bit i of the n-th number says whether byte 64 n + i is a newline. Reads 64 bytes for each, and
/// fetches as many after them into the cache, without waiting for them: whoever looks for the lines
/// of a text goes on, and what another processor has written comes from afar.
void FindNewlines(const char* bytes, std::span<std::uint64_t> found);

/// The same on any processor, but for fetching.
void FindNewlinesBySixteen(const char* bytes, std::span<std::uint64_t> found);

}  // namespace maillog::internal

#endif
