#include "exporter/state/mail_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "exporter/state/row_checksum.h"
#include "exporter/state/stored_rows.h"
#include "mails/mail_line.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

/// Slots that a memory with the highest limit can have, and then some.
constexpr std::int64_t kMaxSlots = 2 * static_cast<std::int64_t>(MailMemory::kMaxLimit);

std::int64_t Signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }
std::uint64_t Unsigned(std::int64_t number) { return static_cast<std::uint64_t>(number); }

/// Four numbers in one.
std::uint64_t PartsOf(const Mail& mail) {
  return std::uint64_t{mail.parts} | std::uint64_t{mail.unseen} << 16 |
         std::uint64_t{mail.parts_ever} << 32 | std::uint64_t{mail.put_off} << 48;
}
std::uint64_t KindsOf(const Mail& mail) {
  return std::uint64_t{mail.scope} | static_cast<std::uint64_t>(mail.origin) << 8 |
         static_cast<std::uint64_t>(mail.list) << 16 | std::uint64_t{mail.link} << 24;
}

std::uint64_t ChecksumOf(std::string_view source, const SavedMails& mails) {
  RowChecksum checksum("mail_memory");
  checksum.Add(source).Add(mails.salt.first).Add(mails.salt.second).Add(mails.lines);
  checksum.Add(std::uint64_t{mails.filters}).Add(mails.since);
  return checksum.Add(std::uint64_t{mails.covers ? 1U : 0U}).value();
}
std::uint64_t ChecksumOf(std::string_view source, std::uint64_t place, const MailScope& scope) {
  RowChecksum checksum("mail_scope");
  checksum.Add(source).Add(place).Add(scope.host).Add(scope.syslog_name);
  // As before format 5 where there is nothing new.
  if (scope.named == decltype(scope.named){}) return checksum.value();
  for (const std::uint32_t named : scope.named) checksum.Add(std::uint64_t{named});
  return checksum.value();
}
std::uint64_t ChecksumOf(std::string_view source, MailSlot slot, const Mail& mail) {
  RowChecksum checksum("mail");
  checksum.Add(source).Add(std::uint64_t{slot}).Add(mail.id).Add(mail.parent).Add(mail.order);
  checksum.Add(mail.tried_us).Add(mail.handed_us).Add(mail.parts_us).Add(mail.size_bytes);
  checksum.Add(mail.since).Add(std::uint64_t{mail.flags}).Add(std::uint64_t{mail.recipients});
  checksum.Add(std::uint64_t{mail.finals}).Add(std::uint64_t{mail.runs});
  checksum.Add(std::uint64_t{mail.late_at}).Add(PartsOf(mail)).Add(KindsOf(mail));
  return checksum.value();
}

// What is unreadable, in the words of a fault.
constexpr std::string_view kMailRow = "a row of a mail";

/// False for a row that cannot have been written by this program.
bool ReadMail(const SqliteStatement& row, std::size_t scopes, Mail& mail) {
  const auto number = [&row](int column) { return Unsigned(row.Integer(column)); };
  const auto number32 = [&number](int column) {
    return static_cast<std::uint32_t>(number(column));
  };
  const auto part = [](std::uint64_t packed, int shift) {
    return static_cast<std::uint16_t>(packed >> shift);
  };
  for (const int column : {10, 11, 12, 13, 14}) {
    if (number(column) != number32(column)) return false;
  }
  mail = {.id = number(2),
          .parent = number(3),
          .order = number(4),
          .tried_us = row.Integer(5),
          .handed_us = row.Integer(6),
          .parts_us = row.Integer(7),
          .size_bytes = number(8),
          .since = row.Integer(9),
          .flags = number32(10),
          .recipients = number32(11),
          .finals = number32(12),
          .runs = number32(13),
          .late_at = number32(14),
          .parts = part(number(15), 0),
          .unseen = part(number(15), 16),
          .parts_ever = part(number(15), 32),
          .put_off = part(number(15), 48)};
  const std::uint64_t kinds = number(16);
  const auto kind = [kinds](int shift) { return static_cast<std::uint8_t>(kinds >> shift); };
  mail.scope = kind(0);
  mail.origin = static_cast<MailOrigin>(kind(8));
  mail.list = static_cast<MailList>(kind(16));
  mail.link = kind(24);
  return kinds >> 32 == 0 && mail.id != 0 &&
         (mail.scope == Mail::kAnyScope || mail.scope <= scopes) &&
         mail.origin <= MailOrigin::kNotice && mail.list != MailList::kFree &&
         mail.list <= MailList::kOver && mail.link <= static_cast<int>(MailLink::kNoticeIs);
}

const Mail& MailAt(const MailPage* page, std::size_t place) {
  static const Mail kNone;
  return page == nullptr ? kNone : page->mails[place];
}

}  // namespace

absl::Status ReadMails(SqliteDatabase& database, const std::map<std::int64_t, std::string>& names,
                       StoredMails& mails, std::uint64_t& checksum) {
  std::map<std::int64_t, SavedMails> read;
  absl::Status status = ForEachRow(
      database,
      "SELECT source, first_salt, second_salt, lines, filters, since, covers FROM mail_memory",
      kMailRow, [&](SqliteStatement& row) {
        const auto name = names.find(row.Integer(0));
        if (name == names.end()) return false;
        SavedMails& memory = read[row.Integer(0)];
        memory.salt = {Unsigned(row.Integer(1)), Unsigned(row.Integer(2))};
        memory.lines = Unsigned(row.Integer(3));
        if (row.Integer(4) < 0 || row.Integer(4) > 3) return false;
        memory.filters = static_cast<std::uint8_t>(row.Integer(4));
        memory.since = row.Integer(5);
        memory.covers = row.Integer(6) != 0;
        checksum += ChecksumOf(name->second, memory);
        return true;
      });
  if (!status.ok()) return status;
  status =
      ForEachRow(database,
                 "SELECT source, place, host, syslog_name, deleted, held, released FROM mail_scope "
                 "ORDER BY source, place",
                 kMailRow, [&](SqliteStatement& row) {
                   const auto memory = read.find(row.Integer(0));
                   if (memory == read.end()) return false;
                   std::vector<MailScope>& scopes = memory->second.scopes;
                   const auto place = static_cast<std::int64_t>(scopes.size());
                   if (row.Integer(1) != place || scopes.size() >= MailMemory::kMaxScopes)
                     return false;
                   MailScope& scope = scopes.emplace_back();
                   scope.host = row.Text(2);
                   scope.syslog_name = row.Text(3);
                   for (std::size_t action = 0; action < kAdminActions; ++action) {
                     const std::int64_t named = row.Integer(4 + static_cast<int>(action));
                     scope.named[action] = static_cast<std::uint32_t>(named);
                     if (named != std::int64_t{scope.named[action]}) return false;
                   }
                   checksum += ChecksumOf(names.at(row.Integer(0)), Unsigned(place), scopes.back());
                   return true;
                 });
  if (!status.ok()) return status;
  std::map<std::int64_t, std::vector<std::shared_ptr<MailPage>>> pages;
  status = ForEachRow(
      database,
      "SELECT source, slot, id, parent, place, tried_us, handed_us, parts_us, size, since, flags, "
      "recipients, finals, runs, late_at, parts, kinds FROM mail ORDER BY source, slot",
      kMailRow, [&](SqliteStatement& row) {
        const auto memory = read.find(row.Integer(0));
        const std::int64_t slot = row.Integer(1);
        Mail mail;
        if (memory == read.end() || slot < 0 || slot >= kMaxSlots ||
            !ReadMail(row, memory->second.scopes.size(), mail))
          return false;
        const std::size_t page = static_cast<std::size_t>(slot) / MailPage::kSlots;
        auto& of_source = pages[row.Integer(0)];
        while (of_source.size() <= page) of_source.push_back(std::make_shared<MailPage>());
        of_source[page]->mails[static_cast<std::size_t>(slot) % MailPage::kSlots] = mail;
        checksum += ChecksumOf(names.at(row.Integer(0)), static_cast<MailSlot>(slot), mail);
        return true;
      });
  if (!status.ok()) return status;
  for (auto& [id, memory] : read) {
    memory.pages.assign(pages[id].begin(), pages[id].end());
    mails.of_source[id] = std::make_shared<const SavedMails>(std::move(memory));
  }
  return absl::OkStatus();
}

MailTransfer::MailTransfer(SqliteDatabase& database)
    : put_memory_(database, "INSERT OR REPLACE INTO mail_memory VALUES (?,?,?,?,?,?,?)"),
      drop_scopes_(database, "DELETE FROM mail_scope WHERE source=?"),
      put_scope_(database, "INSERT INTO mail_scope VALUES (?,?,?,?,?,?,?)"),
      put_mail_(database, "INSERT OR REPLACE INTO mail VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"),
      drop_mail_(database, "DELETE FROM mail WHERE source=? AND slot=?") {}

absl::Status MailTransfer::Write(std::int64_t source_id, std::string_view source,
                                 const SavedMails* then, const SavedMails& now,
                                 std::uint64_t& checksum) {
  if (then == &now) return absl::OkStatus();
  if (then != nullptr) checksum -= ChecksumOf(source, *then);
  checksum += ChecksumOf(source, now);
  put_memory_.Bind(source_id).Bind(Signed(now.salt.first)).Bind(Signed(now.salt.second));
  put_memory_.Bind(Signed(now.lines)).Bind(std::int64_t{now.filters}).Bind(now.since);
  put_memory_.Bind(std::int64_t{now.covers ? 1 : 0});
  if (absl::Status put = put_memory_.Run(); !put.ok()) return put;
  if (absl::Status put = Scopes(source_id, source, then, now, checksum); !put.ok()) return put;
  const std::size_t pages_then = then == nullptr ? 0 : then->pages.size();
  for (std::size_t page = 0; page < std::max(pages_then, now.pages.size()); ++page) {
    const MailPage* const before = page < pages_then ? then->pages[page].get() : nullptr;
    const MailPage* const after = page < now.pages.size() ? now.pages[page].get() : nullptr;
    if (before == after) continue;
    for (std::size_t place = 0; place < MailPage::kSlots; ++place) {
      const auto slot = static_cast<MailSlot>(page * MailPage::kSlots + place);
      absl::Status put =
          Slot(source_id, source, slot, MailAt(before, place), MailAt(after, place), checksum);
      if (!put.ok()) return put;
    }
  }
  return absl::OkStatus();
}

// Usually nothing has changed, or something was added at the end.
absl::Status MailTransfer::Scopes(std::int64_t source_id, std::string_view source,
                                  const SavedMails* then, const SavedMails& now,
                                  std::uint64_t& checksum) {
  static const std::vector<MailScope> kNone;
  const std::vector<MailScope>& old = then == nullptr ? kNone : then->scopes;
  if (old == now.scopes) return absl::OkStatus();
  for (std::size_t place = 0; place < old.size(); ++place)
    checksum -= ChecksumOf(source, place, old[place]);
  if (absl::Status dropped = drop_scopes_.Bind(source_id).Run(); !dropped.ok()) return dropped;
  for (std::size_t place = 0; place < now.scopes.size(); ++place) {
    const MailScope& scope = now.scopes[place];
    put_scope_.Bind(source_id).Bind(static_cast<std::int64_t>(place));
    put_scope_.Bind(std::string_view(scope.host)).Bind(std::string_view(scope.syslog_name));
    for (const std::uint32_t named : scope.named) put_scope_.Bind(std::int64_t{named});
    if (absl::Status put = put_scope_.Run(); !put.ok()) return put;
    checksum += ChecksumOf(source, place, scope);
  }
  return absl::OkStatus();
}

absl::Status MailTransfer::Slot(std::int64_t source_id, std::string_view source, MailSlot slot,
                                const Mail& then, const Mail& now, std::uint64_t& checksum) {
  if (then == now) return absl::OkStatus();
  if (then.id != 0) checksum -= ChecksumOf(source, slot, then);
  if (now.id == 0) return drop_mail_.Bind(source_id).Bind(std::int64_t{slot}).Run();
  checksum += ChecksumOf(source, slot, now);
  put_mail_.Bind(source_id).Bind(std::int64_t{slot}).Bind(Signed(now.id)).Bind(Signed(now.parent));
  put_mail_.Bind(Signed(now.order)).Bind(now.tried_us).Bind(now.handed_us).Bind(now.parts_us);
  put_mail_.Bind(Signed(now.size_bytes)).Bind(now.since).Bind(std::int64_t{now.flags});
  put_mail_.Bind(std::int64_t{now.recipients}).Bind(std::int64_t{now.finals});
  put_mail_.Bind(std::int64_t{now.runs}).Bind(std::int64_t{now.late_at});
  return put_mail_.Bind(Signed(PartsOf(now))).Bind(Signed(KindsOf(now))).Run();
}

}  // namespace maillog
