#include "exporter/follow/time_window.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::TimeZone Tokyo() { return absl::FixedTimeZone(9 * 3600); }

absl::Time Local(int year, int month, int day, int hour = 0, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), Tokyo());
}

const absl::Time kNow = Local(2026, 11, 28, 12);

TEST(MomentTest, IsReadAsAPersonWritesIt) {
  const auto read = [](std::string_view text) { return ParseMoment(text, Tokyo(), kNow); };
  EXPECT_EQ(read("2026-11-21"), Local(2026, 11, 21));
  EXPECT_EQ(read("2026-11-21 10:30"), Local(2026, 11, 21, 10, 30));
  EXPECT_EQ(read("2026-11-21T10:30:15"), Local(2026, 11, 21, 10, 30, 15));
  EXPECT_EQ(read("2026-11-21T10:30:15.5"),
            Local(2026, 11, 21, 10, 30, 15) + absl::Milliseconds(500));
  EXPECT_EQ(read("2026-11-21T01:30:00Z"), Local(2026, 11, 21, 10, 30));
  EXPECT_EQ(read("2026-11-21 10:30+09:00"), Local(2026, 11, 21, 10, 30));
  EXPECT_EQ(read("today"), Local(2026, 11, 28));
  EXPECT_EQ(read("yesterday"), Local(2026, 11, 27));
  EXPECT_EQ(read("90s"), kNow - absl::Seconds(90));
  EXPECT_EQ(read("30m"), kNow - absl::Minutes(30));
  EXPECT_EQ(read("24h"), Local(2026, 11, 27, 12));
  EXPECT_EQ(read("7d"), Local(2026, 11, 21, 12));
  EXPECT_EQ(read(MomentText(Local(2026, 11, 21, 10, 30, 15), Tokyo())),
            Local(2026, 11, 21, 10, 30, 15));
}

TEST(MomentTest, NothingElseIsOne) {
  for (const std::string text :
       {"", "lunch", "10", "10:30", "1y", "-1h", "2026", "2026-11", "26-11-21", "2026-13-01",
        "2026-02-30", "2026-11-21x", "2026-11-21 25:00", "infinite-past", "infinite-future",
        "99999999999999999999d", "2026-11-21 10:30 JST"}) {
    EXPECT_EQ(ParseMoment(text, Tokyo(), kNow), std::nullopt) << text;
  }
}

/// Which part of a log lies in a window, line by line.
class Sieve {
 public:
  explicit Sieve(const TimeWindow& window) : part_(window, Tokyo(), kNow) {
    sink_ = part_.Through([this](const std::string&, const Block& block) {
      text_ += block.messages;
      read_bytes_ += block.read_bytes;
      malformed_ += block.malformed;
      given_up_.push_back(block.given_up);
    });
  }

  void Take(const Block& block) { sink_("log", block); }
  void Take(std::string_view messages, absl::Time written = absl::UnixEpoch()) {
    Take(Block{.messages = messages,
               .read_bytes = messages.size(),
               .written_ns = absl::ToUnixNanos(written)});
  }
  void EndFile() { Take(Block{.progress = Progress::kOver}); }

  [[nodiscard]] std::string Taken() { return std::exchange(text_, {}); }
  [[nodiscard]] std::uint64_t read_bytes() const { return read_bytes_; }
  [[nodiscard]] std::uint64_t malformed() const { return malformed_; }
  [[nodiscard]] const std::vector<StreamSet>& given_up() const { return given_up_; }
  [[nodiscard]] const LogPart& part() const { return part_; }

 private:
  LogPart part_;
  BlockSink sink_;
  std::string text_;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t malformed_ = 0;
  std::vector<StreamSet> given_up_;
};

std::string At(std::string_view stamp, std::string_view what) {
  return std::string(stamp) + " mx postfix/qmgr[1]: " + std::string(what) + "\n";
}

TEST(TimeWindowTest, ItsBeginningBelongsToItAndItsEndDoesNot) {
  Sieve sieve({.since = Local(2026, 11, 21, 10), .until = Local(2026, 11, 21, 11)});
  sieve.Take(At("Nov 21 09:59:59", "a") + At("Nov 21 10:00:00", "b") + At("Nov 21 10:59:59", "c") +
             At("Nov 21 11:00:00", "d"));
  EXPECT_EQ(sieve.Taken(), At("Nov 21 10:00:00", "b") + At("Nov 21 10:59:59", "c"));
  EXPECT_EQ(sieve.read_bytes(), 2 * At("Nov 21 10:00:00", "b").size());
  EXPECT_EQ(sieve.part().span().first(), Local(2026, 11, 21, 10));
  EXPECT_EQ(sieve.part().span().last(), Local(2026, 11, 21, 10, 59, 59));
  EXPECT_EQ(sieve.part().WhyEmpty(), "");
}

TEST(TimeWindowTest, LinesNeedNotBeInOrder) {
  Sieve sieve({.since = Local(2026, 11, 21, 10)});
  sieve.Take(At("Nov 21 10:00:00", "a") + At("Nov 21 09:00:00", "b") + At("Nov 21 10:00:01", "c"));
  EXPECT_EQ(sieve.Taken(), At("Nov 21 10:00:00", "a") + At("Nov 21 10:00:01", "c"));
}

TEST(TimeWindowTest, EveryEnvelopeHasItsStamp) {
  for (const auto& [in, out] : std::vector<std::pair<std::string, std::string>>{
           {"2026-11-21T10:00:00.5+09:00", "2026-11-21T00:59:59Z"},
           {"<22>1 2026-11-21T01:00:00Z", "<22>1 2026-11-21T00:59:59Z"},
           {"<22>Nov 21 10:00:00", "<22>Nov 21 09:00:00"},
           {"2026-11-21T01:00:00Z stdout F Nov 21 10:00:00",
            "2026-11-21T01:00:00Z stdout F Nov 21 09:00:00"}}) {
    const bool is_5424 = in.starts_with("<22>1");
    const std::string rest = is_5424 ? " mx postfix/qmgr 1 - - x\n" : " mx postfix/qmgr[1]: x\n";
    Sieve sieve({.since = Local(2026, 11, 21, 10)});
    sieve.Take(in + rest + out + rest);
    EXPECT_EQ(sieve.Taken(), in + rest);
  }
}

// The year is the one up to when the file was last written to.
TEST(TimeWindowTest, AMissingYearIsTakenFromTheFile) {
  Sieve sieve({.since = Local(2024, 12, 31, 12), .until = Local(2025, 2, 1)});
  const std::string old =
      At("Dec 30 10:00:00", "a") + At("Dec 31 13:00:00", "b") + At("Jan  2 10:00:00", "c");
  sieve.Take(old, Local(2025, 1, 2, 10, 0, 5));
  EXPECT_EQ(sieve.Taken(), At("Dec 31 13:00:00", "b") + At("Jan  2 10:00:00", "c"));
  EXPECT_EQ(sieve.part().span().first(), Local(2024, 12, 31, 13));
  EXPECT_EQ(sieve.part().span().last(), Local(2025, 1, 2, 10));
  sieve.EndFile();
  // Nobody knows when this was written: it is taken to be now.
  sieve.Take(old);
  EXPECT_EQ(sieve.Taken(), "");
  sieve.EndFile();
  // A file from the future does not count.
  sieve.Take(old, Local(2031, 1, 1));
  EXPECT_EQ(sieve.Taken(), "");
}

TEST(TimeWindowTest, ALineWithoutAStampBelongsToTheOneBefore) {
  const std::string no_stamp = "no stamp at all\n";
  Sieve since({.since = Local(2026, 11, 21, 10)});
  since.Take(no_stamp + At("Nov 21 09:00:00", "a") + no_stamp + At("Nov 21 10:00:00", "b") +
             no_stamp);
  EXPECT_EQ(since.Taken(), At("Nov 21 10:00:00", "b") + no_stamp);
  since.Take(no_stamp);
  EXPECT_EQ(since.Taken(), no_stamp) << "in the next block, too";
  since.EndFile();
  since.Take(no_stamp);
  EXPECT_EQ(since.Taken(), "") << "but not in the next file";

  Sieve until({.until = Local(2026, 11, 21, 10)});
  until.Take(no_stamp + At("Nov 21 09:00:00", "a") + no_stamp + At("Nov 21 10:00:00", "b") +
             no_stamp);
  EXPECT_EQ(until.Taken(), no_stamp + At("Nov 21 09:00:00", "a") + no_stamp);
}

TEST(TimeWindowTest, MaskedStampsAreNone) {
  Sieve sieve({.since = Local(2026, 11, 21, 10)});
  sieve.Take(At("Nov 21 10:00:00", "a") + At("Nov 21 XX:XX:XX", "b"));
  EXPECT_EQ(sieve.Taken(), At("Nov 21 10:00:00", "a") + At("Nov 21 XX:XX:XX", "b"));
}

TEST(TimeWindowTest, FragmentsOfAMessageStayTogether) {
  const std::string stamp = "2026-11-21T01:00:00Z ";
  const std::string message = stamp + "stdout P Nov 21 09:00:00 mx post\n" + stamp +
                              "stderr F Nov 21 10:00:00 mx postfix/qmgr[1]: other\n" + stamp +
                              "stdout F fix/qmgr[1]: x\n";
  Sieve sieve({.since = Local(2026, 11, 21, 10)});
  const std::string after = stamp + "stdout F Nov 21 10:00:01 mx postfix/qmgr[1]: y\n";
  sieve.Take(message + after);
  EXPECT_EQ(sieve.Taken(), after);
}

TEST(TimeWindowTest, TheRestOfAMessageThatWasGivenUpHasNoStamp) {
  StreamSet open;
  open.Add(Stream::kStdout);
  const std::string stamp = "2026-11-21T01:00:00Z ";
  const std::string rest = stamp + "stdout F Nov 21 09:00:00 mx postfix/qmgr[1]: made up\n";
  const std::string after = stamp + "stdout F Nov 21 10:00:01 mx postfix/qmgr[1]: y\n";
  Sieve sieve({.since = Local(2026, 11, 21, 10)});
  sieve.Take(At("Nov 21 10:00:00", "a"));
  sieve.Take(Block{.messages = rest});
  EXPECT_EQ(sieve.Taken(), At("Nov 21 10:00:00", "a")) << "not given up, it has one";
  sieve.EndFile();
  sieve.Take(At("Nov 21 10:00:00", "a"));
  const std::string both = rest + after;
  sieve.Take(Block{.messages = both, .given_up = open});
  EXPECT_EQ(sieve.Taken(), At("Nov 21 10:00:00", "a") + both);
  EXPECT_THAT(sieve.given_up(), testing::Contains(open));
}

TEST(TimeWindowTest, MessagesOverALimitAreWhereTheLastOneWas) {
  Sieve sieve({.since = Local(2026, 11, 21, 10)});
  const std::string before = At("Nov 21 09:00:00", "a");
  sieve.Take(Block{.messages = before, .malformed = 3});
  EXPECT_EQ(sieve.malformed(), 0U);
  const std::string within = At("Nov 21 10:00:00", "a");
  sieve.Take(Block{.messages = within, .malformed = 2});
  EXPECT_EQ(sieve.malformed(), 2U);
}

TEST(TimeWindowTest, WithoutLimitsEverythingIsGivenOnAsItCame) {
  Sieve sieve({});
  sieve.Take("no stamp\n" + At("Nov 21 09:00:00", "a"));
  EXPECT_EQ(sieve.Taken(), "no stamp\n" + At("Nov 21 09:00:00", "a"));
  EXPECT_EQ(sieve.part().span().first(), Local(2026, 11, 21, 9));
  EXPECT_THAT(sieve.part().WhyEmpty(), IsEmpty());
}

TEST(TimeWindowTest, AnEmptyPartSaysWhenTheLogWasWritten) {
  Sieve sieve({.since = Local(2026, 11, 27)});
  sieve.Take(At("Nov 21 09:00:00", "a") + At("Nov 21 10:00:00", "b"));
  sieve.EndFile();
  EXPECT_EQ(sieve.Taken(), "");
  EXPECT_EQ(sieve.part().WhyEmpty(),
            "no message lies in that time: the log goes from 2026-11-21 09:00:00 to "
            "2026-11-21 10:00:00");
  Sieve nothing({.since = Local(2026, 11, 27)});
  nothing.Take("no stamp\n");
  EXPECT_EQ(nothing.part().WhyEmpty(), "");
}

}  // namespace
}  // namespace maillog
