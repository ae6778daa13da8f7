// The answer of showq(8) before Postfix 3.0: what mailq(1) prints.
//
//   -Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------
//   4F1C2A0B3D*     712 Fri Mar  7 09:12:44  sender@example.com
//   (connect to mx.example.net[192.0.2.1]: Connection refused)
//                                            user@example.net
//
//   -- 1 Kbytes in 1 Request.
//
// The format is described in mailq(1), postqueue(1) and showq(8); columns differ a little between
// versions and with long queue ids. A mark after the id shows the queues active (`*`) and hold
// (`!`); of the other three, maildrop is recognised by what is in the place of the sender; a
// message that has a reason is deferred; the rest is taken to be incoming. Times are local, and
// without a year.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exporter/queue/listing.h"

namespace maillog {

/// Longer than an address or a reason in those versions.
inline constexpr std::size_t kMaxListingLine = 64 * 1024;

class TextListing {
 public:
  /// `sink` must outlive this. `zone` is the mail server's time zone, `now` the time of the answer.
  TextListing(ListingSink& sink, absl::TimeZone zone, absl::Time now)
      : sink_(sink), zone_(zone), now_(now) {}

  /// Takes the next bytes of an answer, cut anywhere. Fails with the end of a sentence about the
  /// answer; after that it must not be called again.
  [[nodiscard]] absl::Status Feed(std::string_view bytes);
  /// Whether the answer is complete; what follows is not looked at.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  [[nodiscard]] absl::Status Take(std::string_view line);
  [[nodiscard]] bool TakeHead(std::string_view line);
  void EndHead();

  ListingSink& sink_;
  const absl::TimeZone zone_;
  const absl::Time now_;
  std::string cut_;  ///< the beginning of a line whose end has not come yet
  bool ended_ = false;

  QueuedMessage message_;
  bool in_message_ = false;
  bool head_ended_ = false;
  std::string reason_;  ///< of the recipients that follow
};

}  // namespace maillog
