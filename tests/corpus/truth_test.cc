// The counts of recorded logs against what the clients, sinks and mail stores of the laboratory
// recorded themselves (TRUTH.json, "independent"), and against plain counts of patterns over the
// text ("text_counts_not_independent").
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

using Json = nlohmann::json;
using Where = std::map<std::string, std::string>;

/// Sum of all counters of a row whose labels have these values; a label that is not named may be
/// anything.
std::uint64_t SumOf(const Samples& samples, std::string_view row, const Where& where) {
  const auto family = samples.families().find(row);
  if (family == samples.families().end()) return 0;
  std::uint64_t sum = 0;
  for (const auto& [labels, value] : family->second.series) {
    bool all = true;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto wanted = where.find(std::string(family->second.row.label_names[i]));
      all = all && (wanted == where.end() || wanted->second == labels[i]);
    }
    if (!all) continue;
    const auto* counter = std::get_if<std::uint64_t>(&value);
    sum += counter != nullptr ? *counter
                              : static_cast<std::uint64_t>(std::get<HistogramValue>(value).sum);
  }
  return sum;
}

class Truth : public testing::TestWithParam<Session> {
 protected:
  void SetUp() override {
    truth_ = Json::parse(ReadWhole(CorpusPath(GetParam().name) / "TRUTH.json"));
    counted_ = CountSession(GetParam());
  }
  [[nodiscard]] std::uint64_t Sum(std::string_view row, const Where& where) const {
    return SumOf(counted_.samples, row, where);
  }
  [[nodiscard]] const Json& Texts() const { return truth_["text_counts_not_independent"]; }
  [[nodiscard]] const Json& Driver() const { return truth_["independent"]["driver"]; }

  Json truth_;
  Counted counted_;
};

/// Program name to labels: `postfix/submission/smtpd` is postfix, submission, smtpd.
struct Program {
  std::string syslog_name;
  std::string middle;
  std::string daemon;
  explicit Program(const std::string& name) {
    const std::size_t first = name.find('/');
    const std::size_t last = name.rfind('/');
    syslog_name = name.substr(0, first);
    middle = first == last ? "" : name.substr(first + 1, last - first - 1);
    daemon = name.substr(last + 1);
  }
};

TEST_P(Truth, EveryLineIsUnderstood) {
  EXPECT_EQ(counted_.Of(Outcome::kUnknown), 0U);
  EXPECT_EQ(counted_.Of(Outcome::kMalformed), 0U);
  for (std::size_t i = 0; i < counted_.not_understood.size() && i < 20; ++i) {
    ADD_FAILURE() << counted_.not_understood[i];
  }
}

TEST_P(Truth, OutcomesAddUpToTheMessages) {
  std::uint64_t lines = 0;
  for (const auto& [file, count] : Texts()["lines_per_file"].items())
    lines += count.get<std::uint64_t>();
  std::uint64_t sum = 0;
  for (const std::uint64_t outcome : counted_.outcomes) sum += outcome;
  EXPECT_EQ(sum, counted_.messages);
  EXPECT_GE(sum, lines);  // `message repeated N times` is N
  EXPECT_LE(sum, lines + 20);
}

TEST_P(Truth, ListenersOfTheDriver) {
  // Services that only the driver speaks to, so that its own records are complete.
  const std::map<std::string, std::pair<std::string, std::string>> services{
      {"submission587", {"postfix", "submission"}},
      {"submissions465", {"postfix", "submissions"}},
      {"early2527", {"postfix", "early"}},
      {"fulldisk2528", {"postfix", "fulldisk"}}};
  int compared = 0;
  for (const auto& [service, labels] : services) {
    if (!Driver()["smtp"].contains(service)) continue;
    const Json& record = Driver()["smtp"][service];
    const Where where{{"syslog_name", labels.first}, {"listener", labels.second}};
    EXPECT_EQ(Sum("maillog_smtp_connections_total", where), record["connections"]) << service;
    EXPECT_EQ(Sum("maillog_smtp_disconnections_total", where), record["connections"]) << service;
    for (const std::string verb : {"mail", "rcpt", "data", "auth", "starttls"}) {
      if (!record["commands"].contains(verb)) continue;
      Where with = where;
      with["command"] = verb;
      with["result"] = "accepted";
      EXPECT_EQ(Sum("maillog_smtp_commands_total", with), record["commands"][verb][0])
          << service << ' ' << verb;
      with.erase("result");
      EXPECT_EQ(Sum("maillog_smtp_commands_total", with), record["commands"][verb][1])
          << service << ' ' << verb;
    }
    Where auth = where;
    auth["result"] = "success";
    EXPECT_EQ(Sum("maillog_auth_attempts_total", auth), record["sasl_ok"]) << service;
    ++compared;
  }
  EXPECT_GE(compared, 3);
}

TEST_P(Truth, Pop3SessionsOfTheDriver) {
  std::uint64_t retrieved = 0;
  std::uint64_t bytes = 0;
  for (const std::string service : {"pop3", "pop3_old"}) {
    const Json& record = Driver()["dovecot"][service];
    retrieved += record["retr_count"].get<std::uint64_t>();
    bytes += record["retr_octets_announced"].get<std::uint64_t>();
    bytes += record["retr_status_line_bytes"].get<std::uint64_t>();  // Dovecot counts what it sent
  }
  EXPECT_EQ(Sum("maillog_pop3_retrieved_messages_total", {}), retrieved);
  EXPECT_EQ(Sum("maillog_pop3_retrieved_bytes_total", {}), bytes);
}

TEST_P(Truth, SumsOfPop3Logouts) {
  const Json& sums = Texts()["pop3_logout_sums"];
  EXPECT_EQ(Sum("maillog_pop3_retrieved_messages_total", {}), sums["retr"]);
  EXPECT_EQ(Sum("maillog_pop3_retrieved_bytes_total", {}), sums["retr_bytes"]);
  EXPECT_EQ(Sum("maillog_pop3_deleted_messages_total", {}), sums["del"]);
  EXPECT_EQ(Sum("maillog_pop3_mailbox_size_bytes", {}), sums["size"]);
  EXPECT_EQ(Sum("maillog_mailbox_sessions_total", {{"protocol", "pop3"}}), sums["logout lines"]);
}

TEST_P(Truth, SumsOfImapLogouts) {
  const Json& sums = Texts()["imap_logout_sums"];
  const std::map<std::string, std::string> actions{{"deleted", "deleted"},
                                                   {"expunged", "expunged"},
                                                   {"header", "hdr_count"},
                                                   {"body", "body_count"}};
  for (const auto& [action, field] : actions) {
    EXPECT_EQ(Sum("maillog_imap_messages_total", {{"action", action}}), sums[field]) << action;
  }
}

TEST_P(Truth, DeliveriesByProgramAndStatus) {
  std::uint64_t all = 0;
  for (const auto& [key, count] : Texts()["delivery_lines_by_program_and_status"].items()) {
    const std::size_t blank = key.find(' ');
    const Program program(key.substr(0, blank));
    Where where{{"syslog_name", program.syslog_name},
                {"agent", program.daemon},
                {"status", key.substr(blank + 1)}};
    if (program.daemon != "pipe") where["transport"] = program.middle;
    EXPECT_EQ(Sum("maillog_deliveries_total", where), count) << key;
    all += count.get<std::uint64_t>();
  }
  EXPECT_EQ(Sum("maillog_deliveries_total", {}), all);
}

TEST_P(Truth, CommandTalliesOfEveryListener) {
  for (const auto& [key, counts] : Texts()["smtpd_disconnect_counters_ok_total"].items()) {
    const std::size_t blank = key.find(' ');
    const Program program(key.substr(0, blank));
    const std::string verb = key.substr(blank + 1);
    if (verb == "commands") continue;
    Where where{
        {"syslog_name", program.syslog_name}, {"listener", program.middle}, {"command", verb}};
    EXPECT_EQ(Sum("maillog_smtp_commands_total", where), counts[1]) << key;
    where["result"] = "accepted";
    EXPECT_EQ(Sum("maillog_smtp_commands_total", where), counts[0]) << key;
  }
}

TEST_P(Truth, RejectsByStageAndCode) {
  const std::map<std::string, std::string> stages{
      {"CONNECT", "connect"}, {"HELO", "helo"},
      {"EHLO", "helo"},       {"MAIL", "mail"},
      {"RCPT", "rcpt"},       {"DATA", "data"},
      {"BDAT", "data"},       {"VRFY", "vrfy"},
      {"ETRN", "etrn"},       {"END-OF-MESSAGE", "end_of_data"}};
  std::map<std::array<std::string, 4>, std::uint64_t> wanted;
  for (const auto& [key, count] : Texts()["smtpd_reject_lines"].items()) {
    if (key.find(": reject: ") != std::string::npos)
      continue;  // a whole line: the counter did not read it
    const std::size_t blank = key.find(' ');
    const Program program(key.substr(0, blank));
    const std::string rest = key.substr(blank + 1);
    const std::size_t end = rest.find(' ');
    wanted[{program.syslog_name, program.middle, stages.at(rest.substr(0, end)),
            rest.substr(end + 1, 3)}] += count.get<std::uint64_t>();
  }
  ASSERT_FALSE(wanted.empty());
  for (const auto& [key, count] : wanted) {
    const auto& [syslog_name, listener, stage, code] = key;
    // At least: clients of IPv6 and milter-rejects come on top.
    EXPECT_GE(Sum("maillog_smtp_rejects_total", {{"syslog_name", syslog_name},
                                                 {"listener", listener},
                                                 {"stage", stage},
                                                 {"code", code}}),
              count)
        << syslog_name << '/' << listener << ' ' << stage << ' ' << code;
  }
}

TEST_P(Truth, LinesOfListenersAndQueueManagers) {
  struct Line {
    std::string row;
    Where where;  ///< besides the instance
  };
  const std::map<std::string, Line> lines{
      {"queue active lines", {"maillog_queue_activations_total", {}}},
      {"removed", {"maillog_queue_removed_total", {}}},
      {"connect", {"maillog_smtp_connections_total", {{"listener", ""}}}},
      {"disconnect", {"maillog_smtp_disconnections_total", {{"listener", ""}}}},
      {"client=", {"maillog_smtp_messages_total", {{"listener", ""}}}},
      {"sasl failed", {"maillog_auth_attempts_total", {{"listener", ""}, {"result", "failure"}}}},
      {"tls established",
       {"maillog_tls_connections_total", {{"listener", ""}, {"direction", "inbound"}}}}};
  int compared = 0;
  for (const auto& [key, count] : Texts()["misc"].items()) {
    const std::size_t blank = key.find(' ');
    const auto line = lines.find(key.substr(blank + 1));
    if (line == lines.end()) continue;
    const Program program(key.substr(0, blank));
    Where where = line->second.where;
    where["syslog_name"] = program.syslog_name;
    if (where.contains("listener")) where["listener"] = program.middle;
    if (line->first == "tls established") {
      // tlsproxy's sessions for postscreen come on top.
      EXPECT_GE(Sum(line->second.row, where), count) << key;
    } else {
      EXPECT_EQ(Sum(line->second.row, where), count) << key;
    }
    ++compared;
  }
  EXPECT_GT(compared, 10);
}

TEST_P(Truth, LoginsOfDovecot) {
  std::map<std::string, std::uint64_t> wanted;
  for (const auto& [key, count] : Texts()["misc"].items()) {
    const std::size_t at = key.find("-login Log");
    if (at == std::string::npos || key.ends_with("aborted")) continue;
    wanted[key.substr(0, at)] += count.get<std::uint64_t>();
  }
  ASSERT_FALSE(wanted.empty());
  for (const auto& [protocol, count] : wanted) {
    EXPECT_EQ(Sum("maillog_auth_attempts_total",
                  {{"server", "dovecot"}, {"protocol", protocol}, {"result", "success"}}),
              count)
        << protocol;
  }
}

INSTANTIATE_TEST_SUITE_P(Corpora, Truth, testing::ValuesIn(Sessions()), [](const auto& param) {
  std::string name = param.param.name;
  name[name.find('/')] = '_';
  return name;
});

}  // namespace
}  // namespace maillog::test
