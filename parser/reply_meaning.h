// What a reply means by the words of its sentences, where no phrase of reason_phrases.h is in it:
// servers word the same thing differently.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/event.h"

namespace maillog {

/// The words of a reply, read once. Keeps no view of the text.
class ReplyMeaning {
 public:
  /// Any bytes. Addresses, names of hosts and URLs are skipped.
  explicit ReplyMeaning(std::string_view text);

  /// What leaves little doubt.
  [[nodiscard]] std::optional<Reason> Clear() const;
  /// What is asked last.
  [[nodiscard]] std::optional<Reason> Vague() const;

 private:
  static constexpr std::size_t kSentences = 12;  ///< the last one takes what would be beyond

  void EndSentence();

  std::uint64_t terms_[kSentences]{};  ///< of each sentence, by internal::Term
  std::uint64_t all_ = 0;
  std::size_t count_ = 0;
};

}  // namespace maillog
