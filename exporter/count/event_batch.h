// What lines in a row say of mails and of activity, to be applied one after the other: by then what
// each of them needs can be fetched ahead, and nothing else goes through the cache in between. Also
// what the second thread leaves to the owner. Small: what one processor has written, another one
// waits for. So where lines come from is there once for all in a row of which it is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "activity/activity_event.h"
#include "exporter/count/slots.h"
#include "mails/line_origin.h"
#include "mails/mail_event.h"
#include "parser/find.h"
#include "parser/record.h"

namespace maillog {

class EventBatch {
 public:
  /// So many are applied at once: 16 kB, so that they are still in the first cache.
  static constexpr std::size_t kEnough = 256;

  /// Where the next events are to be made; valid until Keep().
  [[nodiscard]] MailEvent& FreeMail() { return mails_.Free(); }
  [[nodiscard]] ActivityEvent& FreeActivity() { return activity_.Free(); }
  /// That they were made, or one of them, of the line with this record. Its views must stay valid
  /// until Clear().
  void Keep(const Record& record, bool is_mail, bool is_activity) {
    if (!IsOfRun(record, is_mail)) BeginRun(record, is_mail);
    if (is_mail) mails_.Keep();
    if (is_activity) activity_.Keep();
  }
  void Clear() {
    mails_.Clear();
    activity_.Clear();
    runs_.Clear();
    origin_ = {};
  }
  [[nodiscard]] std::size_t size() const { return mails_.size() + activity_.size(); }

  /// Fetches the first of them into the cache.
  [[gnu::always_inline]] void Fetch() const {
    runs_.Fetch();
    mails_.Fetch();
    activity_.Fetch();
  }
  /// Calls `take(event, origin)` for each in their order; and before that, `far` and then `near`
  /// with one that will be taken soon.
  template <class Far, class Near, class Take>
  void ForEachMail(Far&& far, Near&& near, Take&& take) const {
    ForEach(mails_, &Run::first_mail, far, near, take);
  }
  template <class Near, class Take>
  void ForEachActivity(Near&& near, Take&& take) const {
    const auto far = [](const ActivityEvent&) {};
    ForEach(activity_, &Run::first_activity, far, near, take);
  }

 private:
  /// From these events on, this is their origin.
  struct Run {
    LineOrigin origin;
    std::uint32_t first_mail;
    std::uint32_t first_activity;
  };

  // Of activity nobody asks for the syslog_name.
  [[nodiscard]] bool IsOfRun(const Record& record, bool is_mail) const {
    return SameText(origin_.stamp, record.stamp) && SameText(origin_.host, record.host) &&
           runs_.size() > 0 && (!is_mail || IsSyslogName(SyslogNameOf(record.program)));
  }
  // The usual one is a constant.
  [[nodiscard]] bool IsSyslogName(std::string_view name) const {
    return name.size() == origin_.syslog_name.size() &&
           (name.data() == origin_.syslog_name.data() || SameText(name, origin_.syslog_name));
  }
  // Of equal texts the first: another thread need not fetch the line of each of them.
  void BeginRun(const Record& record, bool is_mail) {
    if (!SameText(origin_.stamp, record.stamp)) origin_.stamp = InParts(record.stamp);
    if (!SameText(origin_.host, record.host)) origin_.host = InParts(record.host);
    if (is_mail) origin_.syslog_name = SyslogNameOf(record.program);
    runs_.Free() = {origin_, static_cast<std::uint32_t>(mails_.size()),
                    static_cast<std::uint32_t>(activity_.size())};
    runs_.Keep();
  }
  template <class Events, class Far, class Near, class Take>
  void ForEach(const Events& events, std::uint32_t Run::*first, Far& far, Near& near,
               Take& take) const {
    const auto* const begin = events.begin();
    const std::size_t size = events.size();
    std::size_t i = 0;
    for (const Run* run = runs_.begin(); run != runs_.end(); ++run) {
      const std::size_t end = run + 1 == runs_.end() ? size : (run + 1)->*first;
      for (; i < end; ++i) {
        if (i + kFar < size) far(begin[i + kFar]);
        if (i + kNear < size) near(begin[i + kNear]);
        take(begin[i], run->origin);
      }
    }
  }

  static constexpr std::size_t kFar = 8;
  static constexpr std::size_t kNear = 4;

  Slots<MailEvent> mails_;
  Slots<ActivityEvent> activity_;
  Slots<Run> runs_;
  LineOrigin origin_;  ///< of the last run
};

}  // namespace maillog
