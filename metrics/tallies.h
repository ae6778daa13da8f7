// The counts of one source: what the events did. Owned by one thread at a time (the shard's lock
// guards it). After warm-up counting allocates nothing; a new series does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "activity/session_time.h"
#include "mails/mail_end.h"
#include "metrics/samples.h"
#include "parser/event.h"

namespace maillog {

/// Whether a series of the label may have the value: open labels have a form. True for others.
[[nodiscard]] bool CanBeValue(std::string_view label, std::string_view value);

class Tallies {
 public:
  Tallies();
  ~Tallies();
  Tallies(Tallies&&) noexcept;
  Tallies& operator=(Tallies&&) noexcept;

  /// Counts what the event says, `times` times (`message repeated N times`). 0 times: only what it
  /// says for later events is kept.
  void Count(const Event& event, std::uint32_t times);

  /// Counts a mail that has left the queue, and whether it had to make room for others.
  enum class Evicted : bool { kNo, kYes };
  void Count(const MailEnd& end, Evicted evicted);

  /// Counts a session that has ended.
  void Count(const SmtpSessionTime& session);
  void Count(const MailboxSessionTime& session);

  /// The same as for an event for tallies beside `first`, as they were when TakeOver was called:
  /// counts the event if what it means does not depend on the events before it. False: nothing has
  /// been done, and it is for `first` to count, in its turn. An event that says something for later
  /// ones is counted, and `del_form` is set: `first` should still see it, 0 times.
  [[nodiscard]] bool CountAlone(const Event& event, std::uint32_t times, DelForm& del_form);
  /// Takes over the values of open labels, so that both number them alike.
  void TakeOver(const Tallies& first);

  /// Adds every series to `samples`.
  void AddTo(Samples& samples) const;

  /// The same as bare numbers, for whoever looks again and again at what has moved: of each series
  /// its count, or the sum and the buckets of a histogram. Their order changes only with series().
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const;
  /// Which series these are, in the same order.
  using VisitSeries = std::function<void(const RowInfo& row, LabelValues labels)>;
  void ForEachSeries(const VisitSeries& visit) const;
  /// How many these are.
  [[nodiscard]] std::size_t series() const;

  /// The values of open labels that have series of their own, in the order in which they came:
  /// `visit(label name, value)`. Part of the durable state: the first ones keep their series.
  using VisitValue = std::function<void(std::string_view label, std::string_view value)>;
  void ForEachKnownValue(const VisitValue& visit) const;
  /// How many these are.
  [[nodiscard]] std::size_t known_values() const;
  /// Takes up one that a former run had; one beyond the limit or of another form is left out.
  void Know(std::string_view label, std::string_view value);

  /// The word of memory that the meaning of POP3's `del=n/m` needs; part of the durable state.
  [[nodiscard]] DelForm del_form() const;
  void set_del_form(DelForm form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace maillog
