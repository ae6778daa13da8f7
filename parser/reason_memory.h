// A memory for what replies mean: a queue tries again and again, and gets the same answer each
// time; a server refuses for the same few reasons. It returns what RefusalOfDelivery and ReasonOf
// return.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/reason.h"

namespace maillog {

/// Owned by one thread at a time. Of fixed size: a new text replaces the oldest ones.
class ReasonMemory {
 public:
  [[nodiscard]] Refusal OfDelivery(std::string_view text, DsnCode dsn);
  [[nodiscard]] Reason OfReply(std::string_view text, DsnCode dsn, ReplyCode code);

 private:
  static constexpr std::size_t kShortest = 16;
  static constexpr std::size_t kMaxBytes = 250;
  static constexpr std::size_t kSets = 32;
  static constexpr std::size_t kWays = 8;
  /// Of all texts: a hundred and fifty of the usual length.
  static constexpr std::size_t kBytes = 12 * 1024;

  /// All that an answer depends on, besides the text.
  struct Codes {
    DsnCode dsn;
    ReplyCode code;
    bool of_delivery = false;
    friend bool operator==(const Codes&, const Codes&) = default;
  };
  struct Known {
    std::uint64_t begin = 0;  ///< of the text, in all that was ever written
    std::uint8_t size = 0;
    Codes codes;
    Refusal refusal;
  };
  /// The texts whose hashes have the same last bits. The hashes are apart, so that a text is looked
  /// at only if it is very likely the one.
  struct Set {
    std::array<std::uint32_t, kWays> hashes{};
    std::uint32_t oldest = 0;
    std::array<Known, kWays> known{};
  };

  template <class FindOut>
  [[nodiscard]] Refusal Of(std::string_view text, Codes codes, const FindOut& find_out);
  [[nodiscard]] static std::uint32_t HashOf(std::string_view text, Codes codes);
  [[nodiscard]] bool Is(const Known& known, std::string_view text, Codes codes) const;
  /// Writes it over the oldest texts, and says where it begins.
  [[nodiscard]] std::uint64_t Write(std::string_view text);

  std::array<Set, kSets> sets_{};
  std::array<char, kBytes> texts_{};
  std::uint64_t written_ = 0;  ///< bytes ever written; the last kBytes of them are there
};

}  // namespace maillog
