// What is known of single mails while a log is read, for all threads that read it: which have been
// counted, and who sent them.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/find.h"

namespace maillog {

/// Mails that have been counted: a mail in the queue is logged again with each attempt.
class SeenMails {
 public:
  /// 32 MB; of further mails every attempt counts.
  static constexpr std::size_t kMax = std::size_t{1} << 21U;

  /// Whether it is new. `hash` is not 0.
  [[nodiscard]] bool Add(std::uint64_t hash);
  /// Add() will be called soon.
  void Prefetch(std::uint64_t hash) const { __builtin_prefetch(&places_[HomeOf(hash)]); }

 private:
  static constexpr unsigned kFirstBits = 10;

  // By the first bits, so that what grows is moved in its order.
  [[nodiscard]] std::size_t HomeOf(std::uint64_t hash) const {
    return hash * kGoldenRatio >> shift_;
  }
  void Put(std::uint64_t hash);
  void Grow();

  std::vector<std::uint64_t> places_ =
      std::vector<std::uint64_t>(std::size_t{1} << kFirstBits);  // 0: free
  unsigned shift_ = 64 - kFirstBits;
  std::size_t size_ = 0;
};

/// How many recipients the mails of each user have: two lines of a mail say it, one who sent it,
/// the other to how many. The lines may come in any order, since two threads read parts of a log.
class MailsOfUsers {
 public:
  /// Of each of the two, about: of more, old ones are forgotten, and their recipients not counted.
  static constexpr std::size_t kMax = 65'536;

  /// `id`: a hash of its host and queue id, not 0. The recipients, once both lines have been seen.
  [[nodiscard]] std::optional<std::uint64_t> Begin(std::uint64_t id, std::string_view user);
  /// The user, once both lines have been seen; empty: it is of none, or not known yet.
  [[nodiscard]] std::string Queue(std::uint64_t id, std::uint64_t recipients);
  /// One of these will be called soon.
  void Prefetch(std::uint64_t id) const {
    begun_.PrefetchIds(id);  // most are of no user
    queued_.PrefetchIds(id);
    queued_.PrefetchValues(id);
  }

 private:
  /// By id, in sets of eight. A set that is full makes all grow, and at the end loses its oldest.
  template <class Value>
  class Latest {
   public:
    /// In place of the value that the id has: where a queue id comes again, the new mail's.
    void Put(std::uint64_t id, Value value) {
      (void)Take(id);
      while (used_[SetOf(id)] == kAll && sets_.size() < kMax / kPlaces) Grow();
      const std::size_t set = SetOf(id);
      std::size_t at = FreePlace(set);
      if (at == kPlaces) {
        at = oldest_[set];
        oldest_[set] = static_cast<std::uint8_t>((at + 1) % kPlaces);
      }
      PutAt(set, at, id, std::move(value));
    }
    [[nodiscard]] std::optional<Value> Take(std::uint64_t id) {
      const std::size_t set = SetOf(id);
      if (used_[set] == 0) return std::nullopt;  // most are, of mails that users began
      auto& [ids, values] = sets_[set];
      std::size_t at = 0;
      while (ids[at] != id) {
        if (++at == kPlaces) return std::nullopt;
      }
      ids[at] = 0;
      used_[set] = static_cast<std::uint8_t>(used_[set] & ~(1U << at));
      return std::move(values[at]);
    }
    void PrefetchIds(std::uint64_t id) const { __builtin_prefetch(&sets_[SetOf(id)].ids); }
    void PrefetchValues(std::uint64_t id) const { __builtin_prefetch(&sets_[SetOf(id)].values); }

   private:
    static constexpr std::size_t kPlaces = 8;
    static constexpr std::uint8_t kAll = 0xff;
    static constexpr unsigned kFirstBits = 6;
    struct alignas(64) Set {                     // a line of the processor's cache
      std::array<std::uint64_t, kPlaces> ids{};  ///< 0: free
      std::array<Value, kPlaces> values{};
    };

    [[nodiscard]] std::size_t SetOf(std::uint64_t id) const { return id * kGoldenRatio >> shift_; }
    // kPlaces if there is none.
    [[nodiscard]] std::size_t FreePlace(std::size_t set) const {
      return static_cast<std::size_t>(std::countr_one(used_[set]));
    }
    void PutAt(std::size_t set, std::size_t at, std::uint64_t id, Value value) {
      used_[set] = static_cast<std::uint8_t>(used_[set] | 1U << at);
      sets_[set].ids[at] = id;
      sets_[set].values[at] = std::move(value);
    }
    void Grow() {
      std::vector<Set> before(2 * sets_.size());
      before.swap(sets_);
      used_.assign(sets_.size(), 0);
      oldest_.assign(sets_.size(), 0);
      --shift_;
      for (Set& from : before) {
        for (std::size_t i = 0; i < kPlaces; ++i) {
          if (from.ids[i] == 0) continue;
          const std::size_t set = SetOf(from.ids[i]);  // each becomes two
          PutAt(set, FreePlace(set), from.ids[i], std::move(from.values[i]));
        }
      }
    }

    std::vector<Set> sets_ = std::vector<Set>(std::size_t{1} << kFirstBits);
    std::vector<std::uint8_t> used_ =  // a bit for each place
        std::vector<std::uint8_t>(std::size_t{1} << kFirstBits);
    std::vector<std::uint8_t> oldest_ = std::vector<std::uint8_t>(std::size_t{1} << kFirstBits);
    unsigned shift_ = 64 - kFirstBits;
  };

  Latest<std::string> begun_;
  Latest<std::uint64_t> queued_;
};

/// Under its mutex. Whoever reads asks for many mails at once, so that threads seldom meet.
struct MailsOfLog {
  std::mutex mutex;  // guards all below
  SeenMails seen;
  MailsOfUsers of_users;
};

}  // namespace maillog
