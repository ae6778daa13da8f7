// Postfix's queue ids. A short one is upper case hexadecimal: five digits of microseconds and an
// inode; a long one has digits and letters but no vowels: six or more of seconds, four, `z` and an
// inode (postconf(5), enable_long_queue_ids). Both may be masked with `*` in collected logs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/find.h"

namespace maillog {

inline constexpr std::size_t kShortestShortQueueId = 6;
/// Leaves room for masked ones, and none for `TLSRPT`.
inline constexpr std::size_t kShortestLongQueueId = 8;
/// Of a long one with 64 bits of inode, and room.
inline constexpr std::size_t kMaxQueueId = 32;

namespace internal {

/// What a byte may be part of.
enum QueueIdByte : std::uint8_t {
  kEitherQueueId = 1,
  kShortQueueId = 2,
  kLongQueueId = 4,
  kNoQueueId = 8
};

inline constexpr auto kQueueIdBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  bytes.fill(kNoQueueId);
  for (char c = '0'; c <= '9'; ++c) bytes[static_cast<unsigned char>(c)] = kEitherQueueId;
  for (char c = 'a'; c <= 'z'; ++c) bytes[static_cast<unsigned char>(c)] = kLongQueueId;
  for (char c = 'A'; c <= 'Z'; ++c) bytes[static_cast<unsigned char>(c)] = kLongQueueId;
  for (const char c : {'B', 'C', 'D', 'F', '*'})
    bytes[static_cast<unsigned char>(c)] = kEitherQueueId;
  for (const char c : {'A', 'E'}) bytes[static_cast<unsigned char>(c)] = kShortQueueId;
  for (const char c : {'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u'})
    bytes[static_cast<unsigned char>(c)] = kNoQueueId;
  return bytes;
}();

}  // namespace internal

/// Whether the text is a queue id, or a masked one.
[[nodiscard]] constexpr bool IsQueueId(std::string_view text) {
  using namespace internal;
  if (text.size() > kMaxQueueId) return false;
  std::uint8_t seen = 0;
  for (const char c : text) seen |= kQueueIdBytes[static_cast<unsigned char>(c)];
  const std::size_t shortest =
      (seen & kLongQueueId) != 0 ? kShortestLongQueueId : kShortestShortQueueId;
  return text.size() >= shortest && seen < (kShortQueueId | kLongQueueId);
}

namespace internal {

/// LeadingQueueId for what is rare.
[[nodiscard, gnu::noinline, gnu::cold]] inline std::size_t LongLeadingQueueId(
    std::string_view text) {
  const std::size_t size = FindOneOf(text.substr(0, kMaxQueueId + 1), ':');
  const bool is_ended = size + 1 < text.size() && text[size] == ':' && text[size + 1] == ' ';
  return is_ended && IsQueueId(text.substr(0, size)) ? size : 0;
}

}  // namespace internal

/// The size of the queue id that the text begins with and `: ` ends; 0 if there is none. Does not
/// read outside the text.
[[nodiscard, gnu::always_inline]] inline std::size_t LeadingQueueId(std::string_view text) {
#ifdef __SSE2__
  constexpr std::size_t kAtOnce = 16;
  if (text.size() > kAtOnce) {
    const unsigned colons = internal::FoundIn16(text.data(), ':');
    if (colons == 0)
      return internal::FoundIn16(text.data(), ' ') != 0 ? 0 : internal::LongLeadingQueueId(text);
    // Nearly all are of ten to fifteen bytes.
    const auto size = static_cast<unsigned>(std::countr_zero(colons));
    if (size < kShortestShortQueueId || text[size + 1] != ' ') return 0;
    if (internal::IsShortQueueIdIn16(text.data(), size)) return size;
    return size >= kShortestLongQueueId && internal::IsLongQueueIdIn16(text.data(), size) ? size
                                                                                          : 0;
  }
#endif
  return internal::LongLeadingQueueId(text);
}

/// Whether one of the first `size` bytes, a queue id, is masked.
[[nodiscard, gnu::always_inline]] inline bool IsMaskedQueueId(std::string_view text,
                                                              std::size_t size) {
#ifdef __SSE2__
  if (text.size() >= 16 && size <= 16)
    return (internal::FoundIn16(text.data(), '*') & ((1U << size) - 1)) != 0;
#endif
  return FindOneOf(FirstBytes(text, size), '*') != size;
}

}  // namespace maillog
