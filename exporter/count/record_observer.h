// Whoever wants to see the records that are counted, with what they mean.
#pragma once

#include <cstdint>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  /// Of each record that is counted and of an event that it asks for, once, in the order of the log
  /// within one piece of it. The views are valid during the call.
  void See(const Record& record, const Event& event) {
    // Most lines are of nothing that an observer asks for: they cost no call.
    if ((events_ >> event.index() & 1) != 0) SeeWanted(record, event);
  }
  /// Of a block that two threads count, nearly all that this one will see has been seen: what waits
  /// to be counted should be counted now, while the other thread is at work as well.
  virtual void EndPart() {}

 protected:
  /// `events`: which of them it wants to see, a bit for each by its index.
  explicit RecordObserver(std::uint64_t events) : events_(events) {}

 private:
  virtual void SeeWanted(const Record& record, const Event& event) = 0;

  const std::uint64_t events_;
};

/// One for each of the two threads that may count a block; both or neither. They are called at the
/// same time, but not while no block is counted. Must outlive the shard.
struct RecordObservers {
  RecordObserver* own = nullptr;
  RecordObserver* second = nullptr;
};

}  // namespace maillog
