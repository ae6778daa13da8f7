#include "activity/activity_slice.h"

#include "activity/packed.h"

namespace maillog {

void ActivitySlice::Begin(std::int64_t new_number) {
  number = new_number;
  for (SpaceSaving& one : recipients) one.Clear();
  failures.Clear();
  clients.Clear();
  users.Clear();
}

std::string ActivitySlice::Bytes() const {
  std::string bytes;
  if (number == kNoLogTime) return bytes;
  Put(number, bytes);
  for (const SpaceSaving& one : recipients) one.PutTo(bytes);
  failures.PutTo(bytes);
  clients.PutTo(bytes);
  users.PutTo(bytes);
  return bytes;
}

bool ActivitySlice::Read(std::string_view bytes) {
  Begin(kNoLogTime);
  if (bytes.empty()) return true;
  if (!Take(bytes, number)) return false;
  for (SpaceSaving& one : recipients) {
    if (!one.TakeFrom(bytes)) return false;
  }
  return failures.TakeFrom(bytes) && clients.TakeFrom(bytes) && users.TakeFrom(bytes) &&
         bytes.empty();
}

std::string ActivityTime::Bytes() const {
  std::string bytes;
  if (minute == 0 && session_day == kNoLogTime) return bytes;
  Put(minute, bytes);
  Put(seconds, bytes);
  Put(lines_back, bytes);
  Put(session_day, bytes);
  return bytes;
}

bool ActivityTime::Read(std::string_view bytes) {
  *this = {};
  if (bytes.empty()) return true;
  return Take(bytes, minute) && Take(bytes, seconds) && Take(bytes, lines_back) &&
         Take(bytes, session_day) && bytes.empty();
}

}  // namespace maillog
