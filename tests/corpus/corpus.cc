#include "tests/corpus/corpus.h"

#include <fstream>
#include <iterator>
#include <memory>

#include "mails/mail_memory.h"
#include "metrics/exposition.h"
#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"

namespace maillog::test {
namespace {

const std::vector<std::string> kSyslogFiles{"mail.log"};
const std::vector<std::string> kOwnFiles{
    "maillog",          "maillog.postfix-out", "maillog.postfix-edge",
    "dovecot-info.log", "dovecot.log",         "dovecot-old.repeated.log"};

void CountText(std::string_view text, MessageScratch& scratch, Tallies& tallies, MailMemory& mails,
               Counted& counted) {
  MessageReader reader(text, scratch);
  RecordParser parser;
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    Event event = Malformed{};
    std::uint32_t times = 1;
    if (result == EnvelopeResult::kRecord) {
      event = parser.Parse(record);
      times = record.times;
    } else if (result == EnvelopeResult::kLastRepeated) {
      event = LastRepeated{record.times};
    }
    tallies.Count(event, times);
    if (MailEvent mail;
        result == EnvelopeResult::kRecord && MakeMailEvent(mails.salt(), record, event, mail)) {
      for (const CountedMail& counted_mail : mails.Apply(mail, LineOriginOf(record)))
        tallies.Count(counted_mail.end, Tallies::Evicted::kNo);
    }
    const Outcome outcome = OutcomeOf(event);
    counted.outcomes[static_cast<std::size_t>(outcome)] += times;
    counted.messages += times;
    if (outcome == Outcome::kUnknown || outcome == Outcome::kMalformed) {
      counted.not_understood.push_back(std::string(record.program) + ": " +
                                       std::string(record.message));
    }
  }
}

}  // namespace

const std::vector<Session>& Sessions() {
  static const std::vector<Session> kSessions{
      {"debian12/syslog", kSyslogFiles},  {"debian12/journald", kSyslogFiles},
      {"debian12/maillog", kOwnFiles},    {"current/syslog", kSyslogFiles},
      {"current/journald", kSyslogFiles}, {"current/maillog", kOwnFiles}};
  return kSessions;
}

std::filesystem::path CorpusPath(std::string_view name) {
  return std::filesystem::path(MAILLOG_TESTS_DIR) / "corpus" / name;
}

std::string ReadWhole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Counted CountTexts(const std::vector<std::string>& texts) {
  Counted counted;
  Tallies tallies;
  MailMemory mails;
  const auto scratch = std::make_unique<MessageScratch>();
  for (const std::string& text : texts) CountText(text, *scratch, tallies, mails, counted);
  for (const CountedMail& mail : mails.End()) tallies.Count(mail.end, Tallies::Evicted::kNo);
  tallies.AddTo(counted.samples);
  return counted;
}

Counted CountSession(const Session& session) {
  std::vector<std::string> texts;
  for (const std::string& file : session.files)
    texts.push_back(ReadWhole(CorpusPath(session.name) / file));
  return CountTexts(texts);
}

std::string Exposed(const Samples& samples) { return ExpositionText(samples); }

}  // namespace maillog::test
