// How many recipients the mails of each user have: two lines of a mail say it, one who sent it, the
// other to how many.
#pragma once

#include <array>
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

/// Mails of which one of the two lines has been seen. Thread-safe; the lines may come in any order,
/// since two threads read parts of a log.
class MailsOfUsers {
 public:
  /// Of each of the two, about: of more, old ones are forgotten, and their recipients not counted.
  static constexpr std::size_t kMax = 65'536;

  /// `id`: a hash of its host and queue id, not 0. The recipients, once both lines have been seen.
  [[nodiscard]] std::optional<std::uint64_t> Begin(std::uint64_t id, std::string_view user);
  /// The user, once both lines have been seen; empty: it is of none, or not known yet.
  [[nodiscard]] std::string Queue(std::uint64_t id, std::uint64_t recipients);

 private:
  /// By id, in sets of eight, of which the oldest goes.
  template <class Value>
  class Latest {
   public:
    void Put(std::uint64_t id, Value value) {
      if (entries_.empty()) entries_.resize(kMax);
      const std::size_t set = SetOf(id);
      std::size_t at = set;
      while (at < set + kPlaces && entries_[at].id != 0) ++at;
      if (at == set + kPlaces) {
        std::uint8_t& oldest = oldest_[set / kPlaces];
        at = set + oldest;
        oldest = (oldest + 1) % kPlaces;
      }
      entries_[at] = {id, std::move(value)};
    }
    [[nodiscard]] std::optional<Value> Take(std::uint64_t id) {
      if (entries_.empty()) return std::nullopt;
      const std::size_t set = SetOf(id);
      for (std::size_t at = set; at < set + kPlaces; ++at) {
        if (entries_[at].id != id) continue;
        entries_[at].id = 0;
        return std::move(entries_[at].value);
      }
      return std::nullopt;
    }

   private:
    static constexpr std::size_t kPlaces = 8;
    struct Entry {
      std::uint64_t id = 0;  ///< 0: free
      Value value{};
    };
    static std::size_t SetOf(std::uint64_t id) {
      return (id * kGoldenRatio >> 32U) % (kMax / kPlaces) * kPlaces;
    }

    std::vector<Entry> entries_;
    std::array<std::uint8_t, kMax / kPlaces> oldest_{};
  };

  std::mutex mutex_;  // guards all below
  Latest<std::string> begun_;
  Latest<std::uint64_t> queued_;
};

}  // namespace maillog
