// Sample lines as hosting companies, blogs and vendors publish them, masked and damaged: they are
// what a newcomer pastes first, and must all be understood.
#include <gtest/gtest.h>

#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

class Published : public testing::Test {
 protected:
  void Count(std::string_view file) {
    counted_ = CountTexts({ReadWhole(CorpusPath("published") / file)});
    EXPECT_EQ(counted_.Of(Outcome::kUnknown), 0U);
    EXPECT_EQ(counted_.Of(Outcome::kMalformed), 0U);
    for (const std::string& line : counted_.not_understood) ADD_FAILURE() << line;
  }
  [[nodiscard]] std::uint64_t Value(std::string_view row, const LabelValues& labels) const {
    return counted_.samples.CounterValue(row, labels);
  }
  [[nodiscard]] HistogramValue Distribution(const std::string& row,
                                            const LabelValues& labels) const {
    const auto family = counted_.samples.families().find(row);
    if (family == counted_.samples.families().end()) return {};
    const auto series = family->second.series.find(labels);
    return series == family->second.series.end() ? HistogramValue{}
                                                 : std::get<HistogramValue>(series->second);
  }
  Counted counted_;
};

TEST_F(Published, SmtpLogOfAHostingCompany) {
  Count("kagoya-smtp.log");
  EXPECT_EQ(Value("maillog_smtp_connections_total", {"postfix", "postfix", ""}), 2U);
  EXPECT_EQ(Value("maillog_smtp_disconnections_total", {"postfix", "postfix", ""}), 2U);
  EXPECT_EQ(Value("maillog_smtp_messages_total", {"postfix", "postfix", "", "LOGIN", "client"}),
            1U);
  EXPECT_EQ(Value("maillog_smtp_messages_total", {"postfix", "postfix", "", "", "client"}), 1U);
  EXPECT_EQ(Value("maillog_queue_activations_total", {"postfix", "postfix"}), 2U);
  EXPECT_EQ(Distribution("maillog_message_size_bytes", {"postfix", "postfix"}).sum, 42355 + 66741);
  EXPECT_EQ(
      Value("maillog_deliveries_total", {"postfix", "postfix", "smtp", "", "remote", "sent", "2"}),
      1U);
  EXPECT_EQ(
      Value("maillog_deliveries_total", {"postfix", "postfix", "local", "", "local", "sent", "2"}),
      1U);
  EXPECT_EQ(Distribution("maillog_delivery_delay_seconds",
                         {"postfix", "postfix", "smtp", "remote", "sent"})
                .sum,
            580'000);
  EXPECT_EQ(Distribution("maillog_delivery_delay_seconds",
                         {"postfix", "postfix", "local", "local", "sent"})
                .sum,
            240'000);
  const LabelValues phase{"postfix", "postfix", "smtp", "remote", "sent"};
  const std::map<std::string, std::int64_t> phases{{"before_queue", 140'000},
                                                   {"in_queue", 0},
                                                   {"connection", 100'000},
                                                   {"transmission", 330'000}};
  for (const auto& [name, micros] : phases) {
    LabelValues labels = phase;
    labels.push_back(name);
    EXPECT_EQ(Distribution("maillog_delivery_phase_seconds", labels).count, 1U) << name;
    EXPECT_EQ(Distribution("maillog_delivery_phase_seconds", labels).sum, micros) << name;
  }
  EXPECT_EQ(Value("maillog_queue_removed_total", {"postfix", "postfix"}), 2U);
}

TEST_F(Published, BlogOnPostfixAndDovecot) {
  Count("postfix-dovecot-blog.log");
  EXPECT_EQ(
      Value("maillog_deliveries_total", {"postfix", "postfix", "smtp", "", "remote", "sent", "2"}),
      1U);
  EXPECT_EQ(Value("maillog_deliveries_total",
                  {"postfix", "postfix", "pipe", "local", "local", "sent", "2"}),
            1U);
  EXPECT_EQ(Distribution("maillog_delivery_delay_seconds",
                         {"postfix", "postfix", "pipe", "local", "sent"})
                .sum,
            150'000);
  const LabelValues pipe{"postfix", "postfix", "pipe", "local", "sent"};
  const std::map<std::string, std::uint64_t> phases{{"before_queue", 0},
                                                    {"in_queue", 1},
                                                    {"connection", 1},
                                                    {"transmission", 1}};  // `o.15` is not a number
  for (const auto& [name, count] : phases) {
    LabelValues labels = pipe;
    labels.push_back(name);
    EXPECT_EQ(Distribution("maillog_delivery_phase_seconds", labels).count, count) << name;
  }
  EXPECT_EQ(Value("maillog_bad_values_total", {"postfix"}), 1U);
  EXPECT_EQ(Value("maillog_smtp_messages_total", {"postfix", "postfix", "", "LOGIN", "client"}),
            2U);
  EXPECT_EQ(Value("maillog_mailbox_sessions_total", {"dovecot", "pop3", "logout"}), 1U);
  EXPECT_EQ(Value("maillog_pop3_retrieved_messages_total", {"dovecot"}), 1U);
  EXPECT_EQ(Value("maillog_pop3_retrieved_bytes_total", {"dovecot"}), 12345U);
  EXPECT_EQ(Value("maillog_pop3_deleted_messages_total", {"dovecot"}), 0U);
  EXPECT_EQ(Distribution("maillog_pop3_mailbox_messages", {"dovecot"}).sum, 123);
  EXPECT_EQ(Distribution("maillog_pop3_mailbox_size_bytes", {"dovecot"}).sum, 1234567);
}

TEST_F(Published, PageOnWhereMailLogsAre) {
  Count("postfix-lmtp.log");
  EXPECT_EQ(Value("maillog_smtp_connections_total", {"postfix", "postfix", ""}), 1U);
  EXPECT_EQ(Value("maillog_smtp_disconnections_total", {"postfix", "postfix", ""}), 1U);
  EXPECT_EQ(Value("maillog_smtp_messages_total", {"postfix", "postfix", "", "", "client"}), 1U);
  EXPECT_EQ(Value("maillog_queue_activations_total", {"postfix", "postfix"}), 1U);
  EXPECT_EQ(Distribution("maillog_message_size_bytes", {"postfix", "postfix"}).sum, 2000);
  EXPECT_EQ(
      Value("maillog_deliveries_total", {"postfix", "postfix", "lmtp", "", "socket", "sent", "2"}),
      1U);
  EXPECT_EQ(Distribution("maillog_delivery_delay_seconds",
                         {"postfix", "postfix", "lmtp", "socket", "sent"})
                .sum,
            3'500'000);
  EXPECT_EQ(Value("maillog_queue_removed_total", {"postfix", "postfix"}), 2U);
}

}  // namespace
}  // namespace maillog::test
