#include "exporter/input/syslog/listening.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "exporter/os/log.h"

namespace maillog {

TimePoint ListenRetry::Tried(const absl::Status& listening, TimePoint now) {
  if (listening.ok()) {
    if (next_ != kFirst) LogInfo(absl::StrCat(what_, " is received again"));
    next_ = kFirst;
    return now;
  }
  if (next_ == kFirst) {
    LogWarn(absl::StrCat(what_, " cannot be received; trying again"),
            {{"error", std::string(listening.message())}});
  }
  const TimePoint again = now + next_;
  next_ = std::min(next_ * 2, kMax);
  return again;
}

bool LacksRoom(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace maillog
