// Who and when: what a log says with names and times, counted beside the metrics while a report is
// made. For whoever may read the log anyway; nothing of it becomes a label.
#pragma once

#include <array>
#include <atomic>
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
#include "exporter/report/slow_deliveries.h"
#include "exporter/report/stamp_hour.h"
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

/// Made for one thread; merged at the end.
class LogNames final : public RecordObserver {
 public:
  /// A century of them; made-up stamps beyond are counted without an hour.
  static constexpr std::size_t kMaxHours = 1'000'000;

  /// `mails` must outlive it. Local times are in `zone`. Stamps without a year are those of a log
  /// that was last written to when it says, but not after `now`. `front`: of a text that two share,
  /// whoever sees what comes first; must outlive it.
  LogNames(MailsOfLog& mails, absl::TimeZone zone, absl::Time now, const LogNames* front = nullptr);

  void BeginText(const ObservedText& text) override;
  void EndText() override;
  void EndPart() override;
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
  [[nodiscard]] std::vector<SlowDelivery> Slowest() const { return slow_.Slowest(); }

 private:
  // Lines that wait to be counted.
  struct DeliveryLine {
    std::string_view message;
    std::uint32_t times = 1;
    std::uint32_t column = 0;  ///< of domains and relays
  };
  struct QueueLine {
    std::string_view message;
    std::string_view host;
    std::uint64_t recipients = 0;  ///< of activations, as the next
    std::uint64_t size_bytes = 0;
    std::uint32_t times = 1;
    bool is_activation = false;  ///< else a message has come
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
  void SeeDelivery(const Record& record, const Delivery& delivery);
  void SeeOfQueue(const Record& record, const QueueActivation* active);
  void SeeRare(const Record& record, const Event& event);
  inline void Await(bool lies_in_text);
  void CountDeliveries();
  void CountOfQueue();
  [[gnu::always_inline]] inline void Count(std::string_view stamp, HourCount what,
                                           std::uint64_t times);
  void BeginHour(std::string_view stamp);
  void AddDelivery(const DeliveryLine& line);
  void AddActivation(const QueueLine& line);
  void AddMessage(const QueueLine& line);
  [[nodiscard]] bool MaySettle() const;
  void SettleMails();
  void SettleMails(std::unique_lock<std::mutex> lock);
  void CountMail(const MailLine& line);
  void AddReject(const Record& record);
  void AddLogin(const Record& record, const Event& event, std::uint64_t times);
  void AddFailures(const Record& record, const Event& event, std::uint64_t times);

  MailsOfLog& mails_;
  const absl::TimeZone zone_;
  const absl::Time now_;
  const LogNames* const front_;
  /// The number of the last text of whose first part all mails are settled.
  std::atomic<std::uint64_t> settled_ = 0;
  std::uint64_t number_ = 0;  ///< of the text
  std::string_view text_;
  absl::Time written_;
  std::array<NameTable, kNameLists.size()> tables_;
  std::map<std::int64_t, HourCounts> hours_;
  HourCounts without_hour_{};
  StampHour last_hour_;
  HourCounts* last_counts_ = nullptr;  ///< of the last hour
  SlowDeliveries slow_;
  /// Looked at together, while all that reads them is in the processor's cache. Those of one list
  /// go to other tables than those of the other.
  std::array<DeliveryLine, 64> deliveries_;
  std::array<QueueLine, 32> queue_lines_;
  std::size_t waiting_deliveries_ = 0;
  std::size_t waiting_of_queue_ = 0;
  std::size_t awaited_ = 0;  ///< lines of both lists since those of the queue were counted
  std::vector<MailLine> mail_lines_;
  std::vector<std::string> mail_users_;
};

}  // namespace maillog
