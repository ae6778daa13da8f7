// Made logs, counted as any other: every total must be what their maker counted while it wrote, and
// nothing else may be counted.
#include <gtest/gtest.h>

#include "tests/corpus/corpus.h"
#include "tests/synthetic/corpus_maker.h"

namespace maillog::test {
namespace {

Totals TotalsOf(const Samples& samples) {
  Totals totals;
  for (const auto& [name, family] : samples.families()) {
    for (const auto& [values, value] : family.series) {
      Labels labels;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (!values[i].empty()) labels[std::string(family.row.label_names[i])] = values[i];
      }
      const auto* const counter = std::get_if<std::uint64_t>(&value);
      const std::uint64_t total = counter != nullptr ? *counter : 1;  // there are no histograms
      if (total > 0) totals[SeriesName(name, labels)] = total;
    }
  }
  return totals;
}

void ExpectTruth(const SyntheticCorpus& corpus) {
  std::vector<std::string> texts;
  for (const auto& [name, text] : corpus.files) texts.push_back(text);
  const Counted counted = CountTexts(texts);
  EXPECT_EQ(counted.messages, corpus.lines);
  EXPECT_EQ(counted.Of(Outcome::kUnknown), 0U);
  EXPECT_EQ(counted.Of(Outcome::kMalformed), 0U);
  EXPECT_EQ(counted.Of(Outcome::kForeign), 0U);
  for (std::size_t i = 0; i < counted.not_understood.size() && i < 10; ++i) {
    ADD_FAILURE() << counted.not_understood[i];
  }
  const Totals totals = TotalsOf(counted.samples);
  for (const auto& [series, count] : corpus.totals) {
    EXPECT_TRUE(totals.contains(series) && totals.at(series) == count)
        << series << ": " << (totals.contains(series) ? totals.at(series) : 0) << " instead of "
        << count;
  }
  for (const auto& [series, count] : totals) {
    EXPECT_TRUE(corpus.totals.contains(series)) << series << ": " << count << " instead of 0";
  }
}

TEST(Synthetic, PMailServerInAllFormsAndLevels) {
  std::uint32_t seed = 1;
  for (const ThreadForm form : {ThreadForm::kNone, ThreadForm::kThread, ThreadForm::kJob}) {
    for (int level = 0; level <= 3; ++level) {
      SCOPED_TRACE(testing::Message() << "level " << level << ", seed " << seed);
      ExpectTruth(MakePMailServerCorpus({.form = form, .level = level}, seed++));
    }
  }
}

TEST(Synthetic, PMailServerReportsWithAllSeparators) {
  for (const char separator : {'\t', ',', ' '}) {
    SCOPED_TRACE(separator);
    ExpectTruth(MakePMailServerCorpus({.report_separator = separator}, 20));
  }
}

TEST(Synthetic, PMailServerInEitherEncodingAndWithEitherLineEnd) {
  const Totals totals = MakePMailServerCorpus({}, 30).totals;
  for (const JapaneseAs encoding : {JapaneseAs::kUtf8, JapaneseAs::kCp932}) {
    for (const std::string_view line_end : {"\n", "\r\n"}) {
      const SyntheticCorpus corpus =
          MakePMailServerCorpus({.encoding = encoding, .line_end = line_end}, 30);
      EXPECT_EQ(corpus.totals, totals);
      ExpectTruth(corpus);
    }
  }
}

TEST(Synthetic, EPostCountsAFactOfAWholeFolderOnce) {
  for (std::uint32_t seed = 40; seed < 45; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    ExpectTruth(MakeEPostCorpus({}, seed));
  }
}

TEST(Synthetic, EPostWithEitherLineEndAndContextsOf64Bits) {
  const Totals totals = MakeEPostCorpus({}, 50).totals;
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    for (const std::string_view context : {"", "00007ff6"}) {
      const SyntheticCorpus corpus = MakeEPostCorpus({line_end, context}, 50);
      EXPECT_EQ(corpus.totals, totals);
      ExpectTruth(corpus);
    }
  }
}

TEST(Synthetic, TheMakerCountsEveryRowOfTheTwoServers) {
  Totals totals = MakePMailServerCorpus({}, 60).totals;
  totals.merge(MakeEPostCorpus({}, 60).totals);
  for (const std::string_view row :
       {"maillog_smtp_connections_total", "maillog_smtp_disconnections_total",
        "maillog_smtp_sessions_total",    "maillog_smtp_commands_total",
        "maillog_smtp_replies_total",     "maillog_smtp_messages_total",
        "maillog_smtp_recipients_total",  "maillog_smtp_rejects_total",
        "maillog_dnsbl_lookups_total",    "maillog_access_decisions_total",
        "maillog_auth_attempts_total",    "maillog_deliveries_total",
        "maillog_delivery_reasons_total", "maillog_connection_failures_total",
        "maillog_delivery_retries_total", "maillog_mta_reports_total",
        "maillog_bounce_notices_total",   "maillog_pop3_commands_total",
        "maillog_imap_commands_total",    "maillog_log_problems_total",
        "maillog_service_events_total"}) {
    const auto at = totals.lower_bound(std::string(row));
    EXPECT_TRUE(at != totals.end() && at->first.starts_with(row)) << row;
  }
}

}  // namespace
}  // namespace maillog::test
