// What a trace looks for: what the user named, and what the lines found so far name in turn.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>

#include "exporter/trace/trace_line.h"

namespace maillog {

/// What the user wants to know about.
struct TraceWhat {
  enum class Kind : std::uint8_t {
    kQueueId,    ///< `4B94D1B2CE8`
    kBracketed,  ///< `<…>`: a message id, or a whole address
    kText,       ///< a part of an address, in any case; or a message id
  };
  Kind kind = Kind::kText;
  std::string text;   ///< without brackets
  std::string lower;  ///< the same in lower case

  /// By the form of what was written.
  [[nodiscard]] static TraceWhat Of(std::string_view written);
  /// Whether the line says that its mail is one of those meant.
  [[nodiscard]] bool Matches(const TraceLine& line) const;
  [[nodiscard]] bool IsMessageId(std::string_view id) const;
  /// Whether there can be many mails, in all files.
  [[nodiscard]] bool may_be_many() const { return kind == Kind::kText; }

 private:
  [[nodiscard]] bool IsAddress(std::string_view address) const;
};

/// A set of texts that are looked for in a log all at once, by a word of letters and digits in
/// each.
class WantedTexts {
 public:
  /// Whether it was new.
  bool Add(std::string_view text);
  [[nodiscard]] bool Has(std::string_view text) const { return texts_.contains(std::string(text)); }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  /// Whether one of them may be in `bytes`; surely not if false.
  [[nodiscard]] bool MayBeIn(std::string_view bytes) const;

 private:
  static constexpr std::size_t kPlaces = 1 << 14;
  [[nodiscard]] static std::size_t PlaceOf(std::string_view word);

  std::unordered_set<std::string> texts_;
  std::unordered_set<std::string> words_;
  std::bitset<kPlaces> places_;  ///< of the words' first bytes: most words of a log are in none
};

}  // namespace maillog
