// Bucket bounds. They are durable: a saved histogram keeps its buckets, so these do not change.
#pragma once

#include <array>
#include <cstdint>

namespace maillog {

/// Delays and their phases: 10 ms to 5 days (Postfix's queue lifetime), in microseconds.
inline constexpr std::array<std::int64_t, 17> kSecondsBounds{
    10'000,      50'000,       100'000,       250'000,       500'000,       1'000'000,
    2'500'000,   5'000'000,    10'000'000,    30'000'000,    60'000'000,    300'000'000,
    900'000'000, 3600'000'000, 14400'000'000, 86400'000'000, 432000'000'000};

inline constexpr std::int64_t kKiB = 1024;
inline constexpr std::int64_t kMiB = 1024 * kKiB;
/// Sizes of messages and mailboxes.
inline constexpr std::array<std::int64_t, 11> kBytesBounds{
    1 * kKiB, 4 * kKiB,  16 * kKiB, 64 * kKiB, 256 * kKiB, 1 * kMiB,
    4 * kMiB, 10 * kMiB, 25 * kMiB, 50 * kMiB, 100 * kMiB};
/// The same for a session, which often fetches nothing.
inline constexpr std::array<std::int64_t, 12> kSessionBytesBounds{
    0,        1 * kKiB, 4 * kKiB,  16 * kKiB, 64 * kKiB, 256 * kKiB,
    1 * kMiB, 4 * kMiB, 10 * kMiB, 25 * kMiB, 50 * kMiB, 100 * kMiB};

inline constexpr std::array<std::int64_t, 8> kRecipientsBounds{1, 2, 5, 10, 20, 50, 100, 1000};
inline constexpr std::array<std::int64_t, 7> kMailboxMessagesBounds{0,    1,     10,    100,
                                                                    1000, 10000, 100000};

/// Commits of state: a fast disk needs some milliseconds, a stalled one seconds. In microseconds.
inline constexpr std::array<std::int64_t, 10> kCommitBounds{
    1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 250'000, 1'000'000, 5'000'000};

/// What it takes to make the page of the metrics. In microseconds.
inline constexpr std::array<std::int64_t, 9> kScrapeBounds{
    1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 500'000, 1'000'000};

}  // namespace maillog
