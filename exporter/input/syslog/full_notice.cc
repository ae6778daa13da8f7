#include "exporter/input/syslog/full_notice.h"

#include "exporter/os/log.h"

namespace maillog {

void FullNotice::SentAway(std::size_t connections) {
  if (std::exchange(is_full_, true)) return;
  LogWarn("all connections are in use; a sender was sent away",
          {{"address", address_}, {"connections", std::to_string(connections)}});
}

void FullNotice::HasRoom() {
  if (!std::exchange(is_full_, false)) return;
  LogInfo("there are connections left for senders again", {{"address", address_}});
}

}  // namespace maillog
