// Sample lines of PMailServer's manual and of E-Post's questions and answers.
#include <gtest/gtest.h>

#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

Counted CountPublished(std::string_view file) {
  Counted counted = CountTexts({ReadWhole(CorpusPath("published") / file)});
  EXPECT_EQ(counted.Of(Outcome::kUnknown), 0U);
  EXPECT_EQ(counted.Of(Outcome::kMalformed), 0U);
  for (const std::string& line : counted.not_understood) ADD_FAILURE() << line;
  return counted;
}

TEST(PublishedJapanese, PMailServersManualInBothEncodings) {
  const Counted utf8 = CountPublished("pmailserver-smtp.log");
  const Counted cp932 = CountPublished("pmailserver-smtp.cp932.log");
  EXPECT_EQ(Exposed(utf8.samples), Exposed(cp932.samples));
  const auto value = [&utf8](std::string_view row, const LabelValues& labels) {
    return utf8.samples.CounterValue(row, labels);
  };
  EXPECT_EQ(value("maillog_service_events_total", {"pmailserver", "smtp", "start"}), 1U);
  EXPECT_EQ(value("maillog_smtp_connections_total", {"pmailserver", "", ""}), 2U);
  EXPECT_EQ(value("maillog_smtp_disconnections_total", {"pmailserver", "", ""}), 2U);
  EXPECT_EQ(value("maillog_smtp_commands_total", {"pmailserver", "", "", "helo", ""}), 2U);
  EXPECT_EQ(value("maillog_smtp_replies_total", {"pmailserver", "2"}), 4U);
  EXPECT_EQ(value("maillog_access_decisions_total", {"pmailserver", "unconditional"}), 2U);
  EXPECT_EQ(value("maillog_access_decisions_total", {"pmailserver", "relay_permitted"}), 2U);
}

TEST(PublishedJapanese, EPostsReceivelog) {
  const Counted counted = CountPublished("epost-receivelog.log");
  for (const std::string verb : {"helo", "mail", "rcpt", "data", "quit"}) {
    EXPECT_EQ(
        counted.samples.CounterValue("maillog_smtp_commands_total", {"epost", "", "", verb, ""}),
        1U)
        << verb;
  }
  EXPECT_EQ(counted.samples.CounterValue("maillog_smtp_replies_total", {"epost", "2"}), 5U);
  EXPECT_EQ(counted.Of(Outcome::kCounted), 10U);  // all else belongs to no session, or ends it
}

}  // namespace
}  // namespace maillog::test
