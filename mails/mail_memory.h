// The mails under way of one source: a fold over its lines. What the lines of one mail say is kept
// in any order; when the mail has left the queue and everything that is known to belong to it has
// been seen, it is counted, once. ARCHITECTURE.md has the rules: how mails are linked, when one is
// over, and what is forgotten.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mails/line_origin.h"
#include "mails/log_clock.h"
#include "mails/mail.h"
#include "mails/mail_end.h"
#include "mails/mail_event.h"
#include "mails/mail_table.h"

namespace maillog {

/// What the administrator does to mails.
enum class AdminAction : std::uint8_t { kDelete, kHold, kRelease };
inline constexpr std::size_t kAdminActions = 3;

/// Whose mails these are: an instance of Postfix, of a host if hosts are told apart.
struct MailScope {
  std::string host;
  std::string syslog_name;
  /// By AdminAction: mails that postsuper has named and not yet told the number of.
  std::array<std::uint32_t, kAdminActions> named{};
  friend bool operator==(const MailScope&, const MailScope&) = default;
};

/// The memory at one moment; part of the durable state. No address, name or message id is in it.
struct SavedMails {
  MailSalt salt;
  std::uint64_t lines = 0;   ///< how many have done something to a mail
  std::uint8_t filters = 0;  ///< what programs on this host do that take mails and bring them back
  LogMinute since = 0;       ///< of the first lines that it has seen
  /// Whether it has seen so much of the log that it knows all mails in the queue.
  bool covers = false;
  std::vector<MailScope> scopes;  ///< by number, the first of which is 1
  MailPages pages;
};

/// A mail that is over. Views valid until the next call.
struct CountedMail {
  std::string_view host;
  MailEnd end;
  bool evicted = false;  ///< it had to go for others
};

/// Owned by one thread at a time. No allocation after warm-up, but for more mails under way.
class MailMemory {
 public:
  /// Mails in the queue that are remembered; the oldest go first.
  static constexpr std::size_t kDefaultLimit = 200'000;
  static constexpr std::size_t kLeastLimit = 100;
  static constexpr std::size_t kMaxLimit = 10'000'000;
  /// Of the limit, so many more have begun and are not in the queue (yet): a client that begins
  /// mails and never sends them pushes out only others like these.
  static constexpr std::size_t kBegunPart = 8;
  /// Mails that are over are still known for late lines.
  static constexpr std::size_t kMaxOver = 512;
  /// A mail that is gone waits for lines that are missing until this many others have come, or this
  /// time has passed by their stamps, seconds left out.
  static constexpr std::uint32_t kLateLines = 1000;
  static constexpr std::int64_t kLateMinutes = 2;
  /// So seldom is looked whether it has.
  static constexpr std::uint64_t kLookEvery = 8;
  /// Postfix tries each mail that is not on hold again after at most maximal_backoff_time, 4000 s
  /// by default: after this all in the queue have been seen.
  static constexpr std::int64_t kCoveringMinutes = 120;
  static constexpr std::size_t kMaxScopes = 64;

  enum class Hosts : bool { kTogether, kApart };
  explicit MailMemory(MailSalt salt = {}, std::size_t limit = kDefaultLimit,
                      Hosts hosts = Hosts::kTogether);

  /// What one line does; `event` is made with salt(). Mails that are over then.
  std::span<const CountedMail> Apply(const MailEvent& event, const LineOrigin& origin);

  /// That this event will be applied: what finds its mail is fetched into the cache meanwhile; and
  /// then, some events before that one, the mail.
  [[gnu::always_inline]] void Expect(const MailEvent& event) const { table_.Prefetch(event.id); }
  [[gnu::always_inline]] void ExpectSoon(const MailEvent& event) const {
    table_.PrefetchMail(event.id);
  }

  /// What is over because no more lines will come: mails that wait for nothing else.
  std::span<const CountedMail> End();

  [[nodiscard]] const MailSalt& salt() const { return salt_; }
  /// Lines that have done something.
  [[nodiscard]] std::uint64_t lines() const { return lines_; }
  [[nodiscard]] const MailTable& table() const { return table_; }

  [[nodiscard]] SavedMails Save() const;
  /// Takes over what Save() gave, its salt as well. Before everything else.
  void Restore(const SavedMails& saved);

 private:
  inline std::uint8_t ScopeOf(const LineOrigin& origin);
  [[gnu::noinline]] std::uint8_t FindScope(const LineOrigin& origin);
  inline void Take(const MailEvent& event, std::uint8_t scope);
  inline MailSlot Get(const MailEvent& event, std::uint8_t scope);
  void Begin(MailSlot slot, const MailEvent& event);
  inline void Deliver(MailSlot slot, Mail& mail, const MailEvent& event);
  void Notice(const MailEvent& event, std::uint8_t scope);
  void LinkToPart(MailSlot slot, const MailEvent& event);
  void DeliverNear(MailSlot slot, const MailEvent& event);
  void NotePartOfCounted(const MailEvent& event);
  void Link(MailSlot parent, MailSlot part, MailLink link);
  bool TakeAdmins(const MailEvent& event, std::uint8_t scope);
  void AdministerUnnamed(AdminAction action, std::size_t mails, std::uint8_t scope);
  void Unlink(MailSlot part);
  [[nodiscard]] bool CanBePart(MailSlot parent, MailSlot part, MailLink link) const;
  MailSlot AddBegun(MailId id, std::uint8_t scope);
  void EnterQueue(MailSlot slot);
  void Settle(MailSlot slot);
  void Finish(MailSlot slot);
  void Fold(MailSlot part, MailSlot parent);
  void CountOne(MailSlot slot, bool evicted);
  void Forget(MailSlot slot, bool evicted);
  void Drop(MailSlot slot);
  void ToOver(MailSlot slot);
  void Cover();
  void EndWaiting();
  void WaitNoMore(MailSlot slot);

  MailSalt salt_;
  const std::size_t limit_;
  const Hosts hosts_;
  MailTable table_;
  std::deque<MailScope> scopes_;
  const MailScope* last_ = nullptr;  ///< of the last line, and its number
  std::uint8_t last_scope_ = 0;
  std::uint64_t lines_ = 0;
  std::string_view stamp_;  ///< of the line that is being taken
  LogClock clock_;
  /// Only where there are such programs is it worth waiting for what they do.
  enum Filters : std::uint8_t { kTellIds = 1, kForwardIds = 2 };
  std::uint8_t filters_ = 0;
  LogMinute since_ = 0;
  bool covers_ = false;
  std::vector<CountedMail> counted_;
};

}  // namespace maillog
