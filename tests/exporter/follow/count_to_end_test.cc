// Several paths, counted at once: the same as one after another.
#include "exporter/follow/count_to_end.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "exporter/count/second_counter.h"
#include "exporter/follow/time_window.h"
#include "metrics/catalog/exporter.h"
#include "metrics/exposition.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using ::testing::HasSubstr;

class CountToEndTest : public ::testing::Test {
 protected:
  CountToEndTest() {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
  }
  ~CountToEndTest() override { std::filesystem::remove_all(directory_); }

  std::string Write(const std::string& name, std::string_view text) const {
    const std::filesystem::path path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  static std::string Corpus() {
    std::ifstream file(MAILLOG_TESTS_DIR "/corpus/debian12/syslog/mail.log", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] static absl::StatusOr<Samples> Count(const std::vector<std::string>& paths,
                                                     std::size_t processors) {
    return CountToEnd(
        paths, PosixFileSystem(), [](const BlockSink& sink) { return sink; }, {}, processors);
  }

  /// Without what is said of this moment, and what is estimated with a random salt.
  [[nodiscard]] static std::string Steady(const Samples& samples) {
    std::istringstream lines(ExpositionText(samples));
    std::string steady;
    for (std::string line; std::getline(lines, line);) {
      const bool changes = line.starts_with("maillog_mails_waiting_oldest_seconds{") ||
                           line.starts_with("maillog_auth_failed_");
      if (!changes) steady += line + "\n";
    }
    return steady;
  }

  [[nodiscard]] static std::string Text(const std::vector<std::string>& paths,
                                        std::size_t processors) {
    const absl::StatusOr<Samples> samples = Count(paths, processors);
    return samples.ok() ? Steady(*samples) : samples.status().ToString();
  }

  std::filesystem::path directory_;
};

TEST_F(CountToEndTest, IsTheSameWithAnyNumberOfProcessors) {
  const std::string corpus = Corpus();
  std::string wrapped;
  for (int i = 0; wrapped.size() < 2 * SecondCounter::kWorthIt; ++i) {
    wrapped += "2026-11-21T10:00:00.000000000Z stdout F " + NumberedLine(i);
  }
  const std::vector<std::string> paths{
      Write("z.log", corpus + corpus),          Write("b/old.gz", Pack(corpus, Packing::kGzip)),
      Write("container.log", wrapped),          Write("empty.log", ""),
      Write("b/new.log", NumberedLines(1, 10)), directory_ / "b",
      Write("a.log", NumberedLines(1, 9000)),   directory_ / "z.log",
  };
  const std::string one = Text(paths, 1);
  EXPECT_THAT(one, HasSubstr("maillog_records_total{source=\"" + paths.front() + "\""));
  EXPECT_THAT(one, ::testing::Not(HasSubstr("source=\"" + paths[5] + "\""))) << "read before";
  for (const std::size_t processors : {2U, 3U, 16U}) {
    EXPECT_TRUE(Text(paths, processors) == one) << processors;
  }
}

TEST_F(CountToEndTest, TheFirstFaultInTheOrderOfThePathsIsSaid) {
  const std::string packed = Pack(Corpus(), Packing::kGzip);
  const std::string good = Write("good.log", Corpus());
  const std::string damaged = Write("damaged.gz", packed.substr(0, packed.size() / 2));
  const std::string also = Write("also.gz", packed.substr(0, packed.size() / 3));
  const std::string missing = directory_ / "missing";
  const std::vector<std::pair<std::vector<std::string>, std::string>> kCases{
      {{good, damaged, also, missing}, damaged},
      {{also, good, damaged}, also},
      {{good, missing, damaged}, missing},
      {{missing, damaged, good}, missing},
      {{good, "", damaged}, ""},
      {{good, damaged, "syslog+udp://:0"}, damaged},
  };
  for (const auto& [paths, faulty] : kCases) {
    const std::string one = Text(paths, 1);
    EXPECT_THAT(one, HasSubstr(faulty));
    for (int round = 0; round < 5; ++round) EXPECT_EQ(Text(paths, 4), one);
  }
}

TEST_F(CountToEndTest, WhatIsNoFileIsReadInItsTurn) {
  const std::string log = Write("a.log", NumberedLines(1, 3));
  const std::vector<std::string> paths{log, "syslog+udp://:0"};
  EXPECT_THAT(Text(paths, 4), HasSubstr("has no end to read to"));
}

// Reports show nothing of what needs a memory of earlier lines.
TEST_F(CountToEndTest, LinesAloneAreCountedAsWithAllElse) {
  const std::regex of_memory(
      "(# (HELP|TYPE) )?maillog_(mails?_|top_|auth_failed_|smtp_session_seconds|"
      "mailbox_session_seconds).*");
  const std::string log = Write("a.log", Corpus());
  for (const std::vector<std::string>& paths :
       {std::vector{log}, std::vector{log, Write("b.log", Corpus())}}) {
    for (const std::size_t processors : {1U, 2U}) {
      std::string lines[2];
      std::size_t mails[2]{};
      for (const Counting counting : {Counting::kAll, Counting::kLines}) {
        const auto number = static_cast<std::size_t>(counting);
        const absl::StatusOr<Samples> samples = CountToEnd(
            paths, PosixFileSystem(), [](const BlockSink& sink) { return sink; }, {}, processors,
            counting);
        ASSERT_TRUE(samples.ok()) << samples.status();
        std::istringstream text(ExpositionText(*samples));
        for (std::string line; std::getline(text, line);) {
          if (!std::regex_match(line, of_memory)) lines[number] += line + "\n";
          if (line.starts_with("maillog_mails_total{")) ++mails[number];
        }
      }
      EXPECT_TRUE(lines[0] == lines[1]) << processors;
      EXPECT_GT(mails[0], 0U);
      EXPECT_EQ(mails[1], 0U);
    }
  }
}

TEST_F(CountToEndTest, APartOfTheTimeIsTheSame) {
  const std::string corpus = Corpus();
  const std::vector<std::string> paths{Write("a.log", corpus), Write("b.log", NumberedLines(1, 50)),
                                       Write("c.log", corpus)};
  const absl::TimeZone zone = absl::UTCTimeZone();
  const absl::Time now = absl::FromUnixSeconds(1'795'800'000);
  const TimeWindow window{.since = absl::FromCivil(absl::CivilSecond(2026, 11, 21, 17, 18), zone),
                          .until = absl::FromCivil(absl::CivilSecond(2026, 11, 21, 17, 19), zone)};
  for (const TimeWindow& part : {window, TimeWindow{}}) {
    std::string texts[2];
    absl::Time ends[2];
    for (const std::size_t many : {0U, 1U}) {
      LogPart through(part, zone, now);
      const absl::StatusOr<Samples> samples = CountToEnd(
          paths, PosixFileSystem(),
          [&](BlockSink sink) { return through.Through(std::move(sink)); }, {}, many == 0 ? 1 : 3);
      ASSERT_TRUE(samples.ok()) << samples.status();
      texts[many] = Steady(*samples);
      ASSERT_TRUE(through.span().last());
      ends[many] = *through.span().last();
    }
    EXPECT_TRUE(texts[0] == texts[1]);
    EXPECT_EQ(ends[0], ends[1]);
  }
}

}  // namespace
}  // namespace maillog::test
