// The corpora, written by real Dovecots 2.3 and 2.4: nothing unknown, and the figures that a count
// made without this parser found.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "parser/dialect/dovecot/dovecot.h"
#include "parser/envelope/envelopes.h"
#include "parser/event_text.h"
#include "tests/parser/dovecot/dovecot_lines.h"
#include "tests/support/cases.h"

namespace maillog::test {
namespace {

/// Calls `take(record, event)` for all records of Dovecot in a file; how many there were.
template <class Take>
int ForEachRecord(std::string_view file, Take take) {
  int count = 0;
  for (const std::string& line : CorpusLines(file)) {
    Record record;
    const EnvelopeResult result = ParseEnvelope(line, record);
    if (result != EnvelopeResult::kRecord) continue;
    if (!dovecot::Speaks(record)) continue;
    take(record, EventOf(record));
    ++count;
  }
  return count;
}

TEST(DovecotCorpus, NothingIsUnknown) {
  for (const std::string& file : DovecotCorpusFiles()) {
    const int count = ForEachRecord(file, [&](const Record& record, const Event& event) {
      const Outcome outcome = OutcomeOf(event);
      EXPECT_TRUE(outcome == Outcome::kCounted || outcome == Outcome::kIgnored)
          << file << ": " << record.message << ": " << EventText(event);
    });
    EXPECT_GT(count, 0) << file;
  }
}

TEST(DovecotCorpus, OwnFilesAreReadWhole) {
  for (const std::string& file : DovecotCorpusFiles()) {
    if (file.find("/dovecot") == std::string::npos) continue;
    const int count = ForEachRecord(file, [](const Record&, const Event&) {});
    EXPECT_EQ(static_cast<std::size_t>(count), CorpusLines(file).size()) << file;
  }
}

TEST(DovecotCorpus, NoRuleIsACatchAll) {
  for (const std::string& file : DovecotCorpusFiles()) {
    ForEachRecord(file, [&](const Record& record, const Event& event) {
      if (std::holds_alternative<LdaAction>(event)) return;  // begins as the site wants it
      const std::string_view word = FirstFixedWord(record);
      ASSERT_FALSE(word.empty()) << record.message;
      std::string changed(record.message);
      changed.replace(static_cast<std::size_t>(word.data() - record.message.data()), word.size(),
                      "zzz");
      Record other = record;
      other.message = changed;
      EXPECT_EQ(EventText(EventOf(other)), "unknown") << changed;
    });
  }
}

using Sums = std::map<std::string, std::uint64_t>;

/// The object `name` of a TRUTH.json, whose members are plain numbers.
Sums TruthOf(std::string_view variant, std::string_view name) {
  std::ifstream in(std::string(MAILLOG_TESTS_DIR) + "/corpus/" + std::string(variant) +
                   "/TRUTH.json");
  std::stringstream all;
  all << in.rdbuf();
  const std::string text = all.str();
  std::size_t at = text.find('"' + std::string(name) + "\": {");
  Sums sums;
  if (at == std::string::npos) return sums;
  std::istringstream members(text.substr(at, text.find('}', at) - at));
  std::string line;
  std::getline(members, line);
  while (std::getline(members, line)) {
    const std::size_t open = line.find('"');
    const std::size_t close = line.find('"', open + 1);
    if (open == std::string::npos || close == std::string::npos) continue;
    sums[line.substr(open + 1, close - open - 1)] = std::stoull(line.substr(close + 3));
  }
  return sums;
}

/// 2.4 gives bytes with `del=n/m`, except for the second Dovecot of the corpus, which was
/// configured to write the old form.
bool TellsMessages(const Record& record, const std::string& variant) {
  return variant.starts_with("debian12/") || record.message.starts_with("service=pop3");
}

void Add(Sums& sums, const Pop3Session& session, bool tells_messages) {
  EXPECT_EQ(session.bad_values, 0);
  sums["logout lines"] += 1;
  sums["retr"] += session.retrieved.value().count;
  sums["retr_bytes"] += session.retrieved.value().bytes;
  sums["del"] += session.deleted_messages.value();
  sums["messages"] += tells_messages ? session.deleted_of.value() : 0;
  sums["size"] += session.mailbox_bytes.value();
}

void Add(Sums& sums, const ImapSession& session, bool /*tells_messages*/) {
  EXPECT_EQ(session.bad_values, 0);
  const auto of = [&](ImapMessageAction action) {
    return session.messages[static_cast<std::size_t>(action)].value_or(0);
  };
  sums["deleted"] += of(ImapMessageAction::kDeleted);
  sums["expunged"] += of(ImapMessageAction::kExpunged);
  sums["hdr_count"] += of(ImapMessageAction::kHeader);
  sums["body_count"] += of(ImapMessageAction::kBody);
}

struct CorpusRun {
  std::string variant;
  std::vector<std::string> files;
};

const std::vector<CorpusRun>& Runs() {
  static const std::vector<CorpusRun> runs = {
      {"debian12/syslog", {"mail.log"}},
      {"debian12/journald", {"mail.log"}},
      {"debian12/maillog", {"dovecot-info.log", "dovecot-old.repeated.log"}},
      {"current/syslog", {"mail.log"}},
      {"current/journald", {"mail.log"}},
      {"current/maillog", {"dovecot-info.log", "dovecot-old.repeated.log"}},
  };
  return runs;
}

template <class Session>
Sums SumsOf(const CorpusRun& run) {
  Sums sums;
  for (const std::string& file : run.files) {
    ForEachRecord(run.variant + "/" + file, [&](const Record& record, const Event& event) {
      const auto* const session = std::get_if<Session>(&event);
      if (session != nullptr) Add(sums, *session, TellsMessages(record, run.variant));
    });
  }
  return sums;
}

TEST(DovecotCorpus, Pop3FiguresAreThoseOfTheTruth) {
  for (const CorpusRun& run : Runs()) {
    const Sums truth = TruthOf(run.variant, "pop3_logout_sums");
    EXPECT_FALSE(truth.empty()) << run.variant;
    EXPECT_EQ(SumsOf<Pop3Session>(run), truth) << run.variant;
  }
}

TEST(DovecotCorpus, ImapFiguresAreThoseOfTheTruth) {
  for (const CorpusRun& run : Runs()) {
    Sums truth = TruthOf(run.variant, "imap_logout_sums");
    EXPECT_FALSE(truth.empty()) << run.variant;
    truth.erase("hdr_bytes");  // no metric has them
    truth.erase("body_bytes");
    EXPECT_EQ(SumsOf<ImapSession>(run), truth) << run.variant;
  }
}

}  // namespace
}  // namespace maillog::test
