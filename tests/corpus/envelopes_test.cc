// The same messages give the same series, whatever they are wrapped in.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/corpus/corpus.h"
#include "tests/support/how_much.h"
#include "tests/support/rewrap.h"

namespace maillog::test {
namespace {

constexpr std::uint64_t kSeed = 20261121;

struct Param {
  std::string session;
  Rewrapping to;
};
void PrintTo(const Param& param, std::ostream* out) {
  *out << param.session << ' ' << RewrappingName(param.to);
}

std::vector<Param> Params() {
  std::vector<Param> params;
  for (const Session& session : Sessions()) {
    if (session.files.front() != "mail.log")
      continue;  // Dovecot's own files have a form of their own
    for (const Rewrapping to : Rewrappings()) params.push_back({session.name, to});
  }
  return params;
}

/// Those in which lines come in another order.
bool IsInOrder(Rewrapping to) {
  return to != Rewrapping::kCriPartial && to != Rewrapping::kDockerJsonPartial;
}

class Envelopes : public testing::TestWithParam<Param> {
 protected:
  /// Another part of the log for each envelope, but all of it where the order changes: in a part,
  /// no login may have told yet what the figures at the ends of POP3 sessions mean.
  [[nodiscard]] static std::string Plain() {
    std::string log = ReadWhole(CorpusPath(GetParam().session) / "mail.log");
    return IsInOrder(GetParam().to) ? PartOf(log, static_cast<std::size_t>(GetParam().to)) : log;
  }
};

/// Two streams in no order: not even a daemon's own lines keep theirs, and so mails are not the
/// same.
Samples WithoutMails(const Samples& samples) {
  Samples others;
  for (const auto& [name, family] : samples.families()) {
    if (name.starts_with("maillog_mail_") || name.starts_with("maillog_mails_")) continue;
    for (const auto& [labels, value] : family.series) {
      if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
        others.AddCounter(family.row, labels, *counter);
      } else if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
        others.AddHistogram(family.row, labels, *histogram);
      }
    }
  }
  return others;
}

TEST_P(Envelopes, GiveTheSameSeries) {
  const std::string plain = Plain();
  const Counted before = CountTexts({plain});
  const Counted after = CountTexts({Rewrap(plain, GetParam().to, kSeed)});
  EXPECT_EQ(after.messages, before.messages);
  EXPECT_EQ(after.Of(Outcome::kMalformed), 0U);
  if (GetParam().to == Rewrapping::kRfc5424CutTag) return;  // below
  EXPECT_EQ(after.Of(Outcome::kUnknown), before.Of(Outcome::kUnknown));
  const bool in_order = IsInOrder(GetParam().to);
  EXPECT_EQ(Exposed(in_order ? after.samples : WithoutMails(after.samples)),
            Exposed(in_order ? before.samples : WithoutMails(before.samples)));
}

// A part of a journal as journalctl wrote it, and what rsyslog wrote of the same entries.
TEST(RecordedJournal, GivesTheSameSeries) {
  const std::filesystem::path folder = CorpusPath("debian12/journald");
  const Counted plain = CountTexts({ReadWhole(folder / "journal_part.log")});
  EXPECT_EQ(plain.messages, 119U);
  for (const std::string_view name : {"journal_part.json", "journal_part.export"}) {
    const Counted journal = CountTexts({ReadWhole(folder / name)});
    EXPECT_EQ(journal.messages, plain.messages) << name;
    EXPECT_EQ(journal.outcomes, plain.outcomes) << name;
    EXPECT_EQ(Exposed(journal.samples), Exposed(plain.samples)) << name;
  }
}

std::uint64_t Total(const Samples& samples, std::string_view row) {
  std::uint64_t sum = 0;
  const auto family = samples.families().find(row);
  if (family == samples.families().end()) return 0;
  for (const auto& [labels, value] : family->second.series) {
    // Dovecot's tag has no slash that could be cut; cut names of other instances are not known.
    if (labels[0] == "postfix" && labels[1] == "postfix") sum += std::get<std::uint64_t>(value);
  }
  return sum;
}

TEST_P(Envelopes, OfATagCutAtItsSlashGiveWhatCanBeKnown) {
  if (GetParam().to != Rewrapping::kRfc5424CutTag) return;
  const std::string plain = Plain();
  const Samples before = CountTexts({plain}).samples;
  const Samples after = CountTexts({Rewrap(plain, GetParam().to, kSeed)}).samples;
  for (const std::string_view row :
       {"maillog_deliveries_total", "maillog_queue_activations_total"}) {
    EXPECT_EQ(Total(after, row), Total(before, row)) << row;
  }
  // What another daemon of Postfix says in the same words counts, too: qmqpd's sessions,
  // postsuper's removals.
  for (const std::string_view row :
       {"maillog_smtp_connections_total", "maillog_smtp_disconnections_total",
        "maillog_queue_removed_total"}) {
    EXPECT_GE(Total(after, row), Total(before, row)) << row;
    EXPECT_LE(Total(after, row), Total(before, row) + 40) << row;
  }
  for (const std::string_view row : {"maillog_smtp_rejects_total", "maillog_tls_connections_total",
                                     "maillog_smtp_messages_total", "maillog_log_problems_total"}) {
    EXPECT_EQ(Total(after, row), 0U) << row << " cannot be known";
  }
}

INSTANTIATE_TEST_SUITE_P(Corpora, Envelopes, testing::ValuesIn(Params()), [](const auto& param) {
  std::string name = param.param.session + "_" + std::string(RewrappingName(param.param.to));
  for (char& c : name) c = IsAlnum(c) ? c : '_';
  return name;
});

}  // namespace
}  // namespace maillog::test
