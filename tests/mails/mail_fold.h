// The memory of mails, fed with lines as they are in a log.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mails/mail_memory.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"

namespace maillog::test {

inline constexpr MailSalt kSalt{0x0123456789abcdef, 0xfedcba9876543210};

class MailFold {
 public:
  explicit MailFold(std::size_t limit = MailMemory::kDefaultLimit,
                    MailMemory::Hosts hosts = MailMemory::Hosts::kTogether)
      : memory_(kSalt, limit, hosts) {}
  explicit MailFold(const SavedMails& saved) { memory_.Restore(saved); }

  MailFold& Read(std::string_view text) {
    MessageReader reader(text, *scratch_);
    Record record;
    EnvelopeResult result{};
    while (reader.Next(record, result)) {
      if (result != EnvelopeResult::kRecord) continue;
      const Event event = parser_.Parse(record);
      MailEvent mail;
      const bool is_mail = MakeMailEvent(memory_.salt(), record, event, parser_.queue_id(), mail);
      MailEvent alone;
      EXPECT_EQ(MakeMailEvent(memory_.salt(), record, event, alone), is_mail) << record.message;
      if (!is_mail) continue;
      EXPECT_EQ(alone.id, mail.id) << record.message;
      for (const CountedMail& counted : memory_.Apply(mail, LineOriginOf(record))) Note(counted);
    }
    return *this;
  }

  void End() {
    for (const CountedMail& counted : memory_.End()) Note(counted);
  }

  /// `incoming delivered 1.25s 1x 2rcpt 345b`, in the order in which the mails were over; absent
  /// numbers are left out; `postfix-out: ` before those of another instance than `postfix`.
  [[nodiscard]] const std::vector<std::string>& ended() const { return ended_; }
  /// How many of each there were.
  [[nodiscard]] std::map<std::string, int> Totals() const {
    std::map<std::string, int> totals;
    for (const std::string& end : ended_) ++totals[end];
    return totals;
  }
  [[nodiscard]] int evicted() const { return evicted_; }
  [[nodiscard]] const MailMemory& memory() const { return memory_; }

 private:
  void Note(const CountedMail& counted) {
    const MailEnd& end = counted.end;
    std::string text;
    if (!counted.host.empty()) text += std::string(counted.host) + " ";
    if (end.syslog_name.text != "postfix") text += std::string(end.syslog_name.text) + ": ";
    text += std::string(Label<MailDirection>::values[static_cast<std::size_t>(end.direction)]);
    text += " " + std::string(Label<MailOutcome>::values[static_cast<std::size_t>(end.outcome)]);
    if (end.seconds) text += " " + std::to_string(*end.seconds / 1000) + "ms";
    if (end.attempts) text += " " + std::to_string(*end.attempts) + "x";
    if (end.recipients) text += " " + std::to_string(*end.recipients) + "rcpt";
    if (end.size_bytes) text += " " + std::to_string(*end.size_bytes) + "b";
    ended_.push_back(text);
    if (counted.evicted) ++evicted_;
  }

  const std::unique_ptr<MessageScratch> scratch_ = std::make_unique_for_overwrite<MessageScratch>();
  RecordParser parser_;
  MailMemory memory_;
  std::vector<std::string> ended_;
  int evicted_ = 0;
};

/// Puts stamp, host and the rest of the program's name in front of lines such as
/// `smtpd: Q: client=…`; `out/smtp: …` is of the instance postfix-out.
[[nodiscard]] std::string Lines(const std::vector<std::string>& lines,
                                std::string_view stamp = "Nov 21 10:00:00");

/// So many lines that the memory looks once whether what waits has waited enough; they end no mail.
[[nodiscard]] std::string LaterLines(std::string_view stamp);

}  // namespace maillog::test
