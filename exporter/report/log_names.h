// Who and when: what a log says with names and times, counted beside the metrics while a report is
// made. For whoever may read the log anyway; nothing of it becomes a label.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "exporter/count/record_observer.h"
#include "exporter/report/mails_of_users.h"
#include "exporter/report/name_table.h"
#include "parser/scan.h"

namespace maillog {

enum class NameList : std::uint8_t {
  kSenders,
  kDomains,
  kRelays,
  kClients,
  kUsers,
  kFailingClients,
  kFailingUsers
};

struct NameListDeclaration {
  std::string_view key;                                       ///< for programs
  std::string_view group;                                     ///< what `top` calls it
  std::array<std::string_view, NameTable::kColumns> columns;  ///< keys; `bytes` is a size
};
/// THE LIST of tables, by NameList.
inline constexpr std::array<NameListDeclaration, 7> kNameLists{
    {{"senders", "senders", {"mails", "recipients", "bytes"}},
     {"domains", "domains", {"sent", "deferred", "bounced"}},
     {"relays", "relays", {"sent", "deferred", "bounced"}},
     {"clients", "clients", {"mails", "rejected"}},
     {"users", "users", {"mails", "recipients", "logins"}},
     {"failing_clients", "failures", {"failed"}},
     {"failing_users", "failures", {"failed"}}}};

/// What is counted by the hour.
enum class HourCount : std::uint8_t { kReceived, kSent, kDeferred, kBounced, kRejected, kFailed };
inline constexpr std::array<std::string_view, 6> kHourCounts{
    "received", "sent", "deferred", "bounced", "rejected", "failed_logins"};
using HourCounts = std::array<std::uint64_t, kHourCounts.size()>;

struct SlowDelivery {
  Micros delay = 0;
  std::string stamp;  ///< as written
  std::string to;
  std::string relay;
};

/// Mails that have been counted: a mail in the queue is logged again with each attempt.
/// Thread-safe.
class SeenMails {
 public:
  /// 32 MB; of further mails every attempt counts.
  static constexpr std::size_t kMax = std::size_t{1} << 21U;

  /// Whether it is new.
  [[nodiscard]] bool Add(std::uint64_t hash);

 private:
  void Grow();

  std::mutex mutex_;                                                      // guards all below
  std::vector<std::uint64_t> places_ = std::vector<std::uint64_t>(1024);  // 0: free
  std::size_t size_ = 0;
};

/// What is known of mails, in all threads.
struct MailsOfLog {
  SeenMails seen;
  MailsOfUsers of_users;
};

/// Made for one thread; merged at the end.
class LogNames final : public RecordObserver {
 public:
  static constexpr std::size_t kMaxSlow = 20;
  /// A century of them; made-up stamps beyond are counted without an hour.
  static constexpr std::size_t kMaxHours = 1'000'000;

  /// `mails` must outlive it. Local times are in `zone`.
  LogNames(MailsOfLog& mails, absl::TimeZone zone) : mails_(mails), zone_(zone) {}

  /// When the log that is read now was written, for stamps without a year. Not while it is counted.
  void set_written(absl::Time written) { written_ = written; }
  void See(const Record& record, const Event& event) override;
  void Merge(const LogNames& other);

  [[nodiscard]] const NameTable& table(NameList list) const {
    return tables_[static_cast<std::size_t>(list)];
  }
  /// By the first second of the hour (Unix time in `zone`'s hours).
  [[nodiscard]] const std::map<std::int64_t, HourCounts>& hours() const { return hours_; }
  /// Of messages without a readable stamp.
  [[nodiscard]] const HourCounts& without_hour() const { return without_hour_; }
  /// The slowest first.
  [[nodiscard]] std::vector<SlowDelivery> Slowest() const;

 private:
  [[nodiscard]] NameTable& of(NameList list) { return tables_[static_cast<std::size_t>(list)]; }
  void Count(const Record& record, HourCount what, std::uint64_t times);
  void AddDelivery(const Record& record, const Delivery& delivery);
  void AddActivation(const Record& record, const QueueActivation& activation);
  void AddMessage(const Record& record);
  void AddReject(const Record& record);
  void AddLogin(const Record& record, const AuthAttempt& attempt);
  void AddFailures(const Record& record, const Event& event, std::uint64_t failures);
  void AddSlow(const Record& record, Micros delay, std::string_view to, std::string_view relay);

  MailsOfLog& mails_;
  const absl::TimeZone zone_;
  absl::Time written_;
  std::array<NameTable, kNameLists.size()> tables_;
  std::map<std::int64_t, HourCounts> hours_;
  HourCounts without_hour_{};
  std::string last_hour_;  // what stamps of it have in common
  HourCounts* last_counts_ = nullptr;
  std::vector<SlowDelivery> slow_;  // a heap: the least slow in front
};

}  // namespace maillog
