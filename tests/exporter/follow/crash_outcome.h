// What must be true when all is quiet after a script of the crash model, by what the following has
// read.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "exporter/count/shard.h"
#include "mails/mail_memory.h"
#include "mails/mails_waiting.h"
#include "metrics/catalog/mails.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "tests/support/following.h"
#include "tests/support/state_folder.h"

namespace maillog::test {

class CrashOutcome {
 public:
  explicit CrashOutcome(Following& following) : following_(following) {}

  /// `late`: so many mails may still wait. What was counted is, to the last byte, what a reader
  /// counts that was never killed and reads the same lines in the same order.
  void ExpectAsOfOneThatWasNeverKilled(std::size_t late, const std::string& trace) {
    const SavedSource& saved = following_.saved_source();
    Shard reader("never killed", following_.clock);
    // With the same hashes.
    reader.Restore({.mails = std::make_shared<const SavedMails>(
                        SavedMails{.salt = saved.mails->salt, .scopes = {}, .pages = {}})});
    for (const std::string& message : following_.order())
      reader.Consume({.messages = message + "\n", .given_up = {}, .begun = {}, .forgotten = {}});
    const ShardState read = reader.Snapshot();
    EXPECT_EQ(WaitingIn(*saved.mails).of_scope, WaitingIn(*read.saved.mails).of_scope) << trace;
    ASSERT_EQ(saved.activity == nullptr, read.saved.activity == nullptr) << trace;
    if (saved.activity != nullptr) {
      EXPECT_EQ(TextOf(*saved.activity), TextOf(*read.saved.activity)) << trace;
    }
    const std::shared_ptr<const Samples> now = following_.Scrape();
    for (const auto& [name, family] : read.samples.families()) {
      if (family.row.lifetime != Lifetime::kDurable || family.row.type == RowType::kGauge ||
          std::ranges::find(family.row.label_names, "source") != family.row.label_names.end())
        continue;
      for (const auto& [labels, value] : family.series) {
        // Not there before the first mail is over.
        if (late > 0 && (name == kMails.name || name == kMailsForgotten.name)) {
          EXPECT_NEAR(static_cast<double>(now->CounterValue(name, labels)),
                      static_cast<double>(std::get<std::uint64_t>(value)),
                      static_cast<double>(late))
              << name << ' ' << trace;
          continue;
        }
        const auto shown = now->families().find(name);
        ASSERT_TRUE(shown != now->families().end()) << name << trace;
        ASSERT_TRUE(shown->second.series.contains(labels)) << name << trace;
        EXPECT_EQ(shown->second.series.at(labels), value) << name << ' ' << trace;
      }
    }
  }

  /// Most lines are the end of another mail, and minutes after the one before: those before the
  /// last look have waited enough.
  [[nodiscard]] std::size_t MailsExpected() const {
    std::set<MailId> mails;
    std::size_t lines = 0;
    std::size_t at_look = 0;
    const auto scratch = std::make_unique<MessageScratch>();
    RecordParser parser;
    for (const std::string& message : following_.order()) {
      MessageReader reader(message, *scratch);
      Record record;
      EnvelopeResult result{};
      MailEvent mail;
      while (reader.Next(record, result)) {
        if (result != EnvelopeResult::kRecord ||
            !MakeMailEvent({1, 2}, record, parser.Parse(record), mail))
          continue;
        if (++lines % MailMemory::kLookEvery == 0) at_look = mails.size();
        if (mail.step == MailStep::kRemoved) mails.insert(mail.id);
      }
    }
    return at_look;
  }
  [[nodiscard]] std::size_t MailsCounted() {
    std::size_t counted = 0;
    for (const std::string_view name : {"postfix", "other"})
      counted += following_.Scrape()->CounterValue(
          kMails.name, {"postfix", std::string(name), "unknown", "forgotten"});
    return counted;
  }

  /// Lines that came after one that was written later.
  [[nodiscard]] std::string OutOfOrder() const {
    std::string lines;
    int last = 0;
    for (const std::string& message : following_.order()) {
      const std::size_t name = message.find(" n");
      int number = 0;
      if (name == std::string::npos ||
          !absl::SimpleAtoi(message.substr(name + 2, message.find('.') - name - 2), &number))
        continue;
      if (number < last) lines += std::to_string(number) + " after " + std::to_string(last) + "\n";
      last = std::max(number, last);
    }
    return lines;
  }

 private:
  Following& following_;
};

}  // namespace maillog::test
