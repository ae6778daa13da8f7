// What the log says of senders for which there is no connection left.
#pragma once

#include <cstddef>
#include <string>
#include <utility>

namespace maillog {

/// Says it once, not for each sender, and once that it is over.
class FullNotice {
 public:
  /// `address`: where the senders connect.
  explicit FullNotice(std::string address) : address_(std::move(address)) {}

  /// A sender was sent away, since so many are connected.
  void SentAway(std::size_t connections);
  /// There is room, perhaps as before.
  void HasRoom();

 private:
  const std::string address_;
  bool is_full_ = false;
};

}  // namespace maillog
