// The pages that clients have yet to read to their ends. Each takes its whole memory until the last
// byte of it is sent, and takes it once, however many read it.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "exporter/web/http_message.h"

namespace maillog {

/// One thread at a time.
class UnreadPages {
 public:
  /// `most_bytes`: HttpLimits::unread_bytes.
  explicit UnreadPages(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// An answer with this page has begun. Returns the pages that have to be given up for it, the
  /// oldest first: never itself, however large it is. A page is forgotten when nobody has it.
  [[nodiscard]] std::vector<std::shared_ptr<const Page>> Add(
      const std::shared_ptr<const Page>& page);

 private:
  /// Of all that somebody has.
  [[nodiscard]] std::size_t Bytes();

  const std::size_t most_bytes_;
  std::list<std::weak_ptr<const Page>> pages_;  // from the oldest
};

}  // namespace maillog
