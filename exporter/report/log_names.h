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
#include "exporter/report/mails_of_log.h"
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

/// Made for one thread; merged at the end.
class LogNames final : public RecordObserver {
 public:
  static constexpr std::size_t kMaxSlow = 20;
  /// A century of them; made-up stamps beyond are counted without an hour.
  static constexpr std::size_t kMaxHours = 1'000'000;

  /// `mails` must outlive it. Local times are in `zone`.
  LogNames(MailsOfLog& mails, absl::TimeZone zone);

  /// What is counted next, until EndText(): records that are views into it must stay valid until
  /// then. `written`: when the log was written, for stamps without a year. Not while it is counted.
  void BeginText(std::string_view text, absl::Time written) {
    text_ = text;
    written_ = written;
  }
  void EndText();
  /// Not within a text.
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
  /// A line that waits to be counted.
  struct Line {
    std::string_view stamp;
    std::string_view host;
    std::string_view message;
    std::uint64_t recipients = 0;  ///< of activations, as the next
    std::uint64_t size_bytes = 0;
    std::optional<Micros> delay = {};    ///< of deliveries
    std::optional<HourCount> what = {};  ///< nothing: a mail's activation
    std::uint32_t times = 1;
  };
  /// A line of a mail that is to be compared with those that other threads have seen.
  struct MailLine {
    std::uint64_t id = 0;       ///< of the mail: a hash of its host and queue id
    std::uint64_t attempt = 0;  ///< the same for each; 0: the line says who sent it
    std::uint64_t recipients = 0;
    std::uint64_t size_bytes = 0;
    std::string_view name;  ///< the user who sent it, else the sender
    std::uint32_t times = 1;
    std::uint32_t user = 0;  ///< of `mail_users_`, from 1 on: whose recipients these are
    bool has_name = false;
    bool counts = false;
  };

  [[nodiscard]] NameTable& of(NameList list) { return tables_[static_cast<std::size_t>(list)]; }
  /// What does not lie in a text is counted at once.
  void SeeWanted(const Record& record, const Event& event) override;
  void SeeRare(const Record& record, const Event& event);
  void CountLines();
  void CountLine(const Line& line);
  void Count(std::string_view stamp, HourCount what, std::uint64_t times);
  void BeginHour(std::string_view stamp);
  void AddDelivery(const Line& line, HourCount what);
  void AddSlow(std::string_view stamp, Micros delay, std::string_view to, std::string_view relay);
  void AddActivation(const Line& line);
  void AddMessage(const Line& line);
  void SettleMails(std::unique_lock<std::mutex> lock);
  void CountMail(const MailLine& line);
  void AddReject(const Record& record);
  void AddLogin(const Record& record, const AuthAttempt& attempt);
  void AddFailures(const Record& record, const Event& event, std::uint64_t failures);

  MailsOfLog& mails_;
  const absl::TimeZone zone_;
  std::string_view text_;
  absl::Time written_;
  std::array<NameTable, kNameLists.size()> tables_;
  std::map<std::int64_t, HourCounts> hours_;
  HourCounts without_hour_{};
  std::string last_hour_;  // what stamps of it have in common
  std::string last_hour_zone_;
  HourCounts* last_counts_ = nullptr;
  std::vector<SlowDelivery> slow_;  // a heap: the least slow in front
  /// Looked at together, while all that reads them is in the processor's cache.
  std::array<Line, 32> lines_;
  std::size_t waiting_ = 0;
  std::vector<MailLine> mail_lines_;
  std::vector<std::string> mail_users_;
};

}  // namespace maillog
