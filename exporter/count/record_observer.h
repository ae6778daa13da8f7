// Whoever wants to see the records that are counted, with what they mean.
#pragma once

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  /// Of each record that is counted, once, in the order of the log within one piece of it. The
  /// views are valid during the call.
  virtual void See(const Record& record, const Event& event) = 0;
};

/// One for each of the two threads that may count a block; both or neither. They are called at the
/// same time, but not while no block is counted. Must outlive the shard.
struct RecordObservers {
  RecordObserver* own = nullptr;
  RecordObserver* second = nullptr;
};

}  // namespace maillog
