// The answer of showq(8) since Postfix 3.0: attributes, each a name and a value that end with a
// NUL; an empty name ends a list of them.
//
//   [protocol, <its name>, end]                                      since 3.6
//   for each message: queue_name, queue_id, time, size, [forced_expire,] sender,
//                     then for each recipient: recipient, reason; end
//   end
//
// The format is Postfix's own, between its programs (attr_print0(3), showq(8), postqueue(1)): this
// is how Postfix 3.7 answers, and what the sources of 3.0 to 3.9 have. Attributes with other names
// are skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "exporter/queue/listing.h"

namespace maillog {

/// Longer than any name, address or reason: Postfix cuts replies at a few thousand bytes.
inline constexpr std::size_t kMaxAttribute = 64 * 1024;

class AttributeListing {
 public:
  /// `sink` must outlive this.
  explicit AttributeListing(ListingSink& sink) : sink_(sink) {}

  /// Takes the next bytes of an answer, cut anywhere. Fails with the end of a sentence about the
  /// answer (`has no size for a message`); after that it must not be called again.
  [[nodiscard]] absl::Status Feed(std::string_view bytes);
  /// Whether the answer is complete; what follows is not looked at.
  [[nodiscard]] bool ended() const { return place_ == Place::kEnded; }

 private:
  enum class Place : std::uint8_t { kBeginning, kGreeting, kBetween, kMessage, kEnded };

  [[nodiscard]] absl::Status Take(std::string_view text);
  [[nodiscard]] absl::Status TakePair(std::string_view value);
  [[nodiscard]] absl::Status TakeEnd();
  [[nodiscard]] absl::Status EndHead();
  void EndRecipient(std::string_view reason);

  ListingSink& sink_;
  Place place_ = Place::kBeginning;
  std::string cut_;  ///< the beginning of a text whose end has not come yet
  std::string name_;
  bool has_name_ = false;  ///< the next text is the value of name_

  QueuedMessage message_;
  bool has_time_ = false;
  bool has_size_ = false;
  bool head_ended_ = false;
  std::string recipient_;
  bool has_recipient_ = false;  ///< one whose reason has not come yet
};

}  // namespace maillog
