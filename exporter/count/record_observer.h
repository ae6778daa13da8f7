// Whoever wants to see the records that are counted, with what they mean.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// A text that is seen next.
struct ObservedText {
  std::string_view text;        ///< in which the views of records lie, but for what was unescaped
  std::int64_t written_ns = 0;  ///< Block::written_ns
  std::uint64_t number = 0;     ///< greater than that of the text before
};

class RecordObserver {
 public:
  virtual ~RecordObserver() = default;
  /// Of each record that is counted and of an event that it asks for, once, in the order of the log
  /// within one piece of it. The views are valid during the call.
  void See(const Record& record, const Event& event) {
    // Most lines are of nothing that an observer asks for: they cost no call.
    if ((events_ >> event.index() & 1) != 0) SeeWanted(record, event);
  }
  /// What comes next, until EndText() or another BeginText(): until then the text is valid. The
  /// second thread's may come before the own one of the same text.
  virtual void BeginText(const ObservedText&) {}
  virtual void EndText() {}
  /// Of a text that two threads count, nearly all that this one will see has been seen: what waits
  /// to be counted should be counted now, while the other thread is at work as well. Of the second
  /// thread's also by the owner, where that goes on instead.
  virtual void EndPart() {}

 protected:
  /// `events`: which of them it wants to see, a bit for each by its index.
  explicit RecordObserver(std::uint64_t events) : events_(events) {}

 private:
  virtual void SeeWanted(const Record& record, const Event& event) = 0;

  const std::uint64_t events_;
};

/// One for each of the two threads that may count a block; both or neither. They are called at the
/// same time, but not once all blocks that were announced (Block::ahead) have been consumed. Must
/// outlive the shard.
struct RecordObservers {
  RecordObserver* own = nullptr;
  RecordObserver* second = nullptr;
};

}  // namespace maillog
