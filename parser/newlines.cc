#include "parser/newlines.h"

#ifdef __SSE2__

#include <immintrin.h>

#include <cstddef>

#include "parser/sixteen.h"

namespace maillog::internal {
namespace {

[[gnu::target("avx2")]] void FindByThirtyTwo(const char* bytes, std::span<std::uint64_t> found) {
  const __m256i newline = _mm256_set1_epi8('\n');
  for (std::uint64_t& newlines : found) {
    const auto* const blocks = reinterpret_cast<const __m256i_u*>(bytes);
    const __m256i low = _mm256_cmpeq_epi8(_mm256_loadu_si256(blocks), newline);
    const __m256i high = _mm256_cmpeq_epi8(_mm256_loadu_si256(blocks + 1), newline);
    newlines = static_cast<unsigned>(_mm256_movemask_epi8(low)) |
               std::uint64_t{static_cast<unsigned>(_mm256_movemask_epi8(high))} << 32;
    bytes += 64;
  }
}

}  // namespace

void FindNewlinesBySixteen(const char* bytes, std::span<std::uint64_t> found) {
  for (std::uint64_t& newlines : found) {
    newlines = FoundIn32(bytes, '\n') | std::uint64_t{FoundIn32(bytes + 32, '\n')} << 32;
    bytes += 64;
  }
}

void FindNewlines(const char* bytes, std::span<std::uint64_t> found) {
  (__builtin_cpu_supports("avx2") ? FindByThirtyTwo : FindNewlinesBySixteen)(bytes, found);
  const std::size_t size = 64 * found.size();
  for (std::size_t at = size; at < 2 * size; at += 64) __builtin_prefetch(bytes + at);
}

}  // namespace maillog::internal

#endif
