// What a queue holds, message by message, as it is read. None of it is kept: a queue may hold a
// million messages.
#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/catalog/queue_listing.h"

namespace maillog {

struct QueuedMessage {
  QueueName queue = QueueName::kOther;
  std::int64_t arrived = 0;  ///< Unix time; 0: not known
  std::uint64_t bytes = 0;
};

class ListingSink {
 public:
  virtual ~ListingSink() = default;
  virtual void OnMessage(const QueuedMessage& message) = 0;
  /// A recipient to whom `message`, the last one of OnMessage, has yet to be delivered. `address`
  /// and `reason` hold any bytes, and are valid during the call. `reason` is why the last attempt
  /// failed; empty: there was none, or it is not known.
  virtual void OnRecipient(const QueuedMessage& message, std::string_view address,
                           std::string_view reason) = 0;
};

}  // namespace maillog
