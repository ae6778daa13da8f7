#include "exporter/history/step_cutter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::Pair;

absl::TimeZone Utc() { return absl::UTCTimeZone(); }

absl::Time At(int year, int month, int day, int hour, int minute = 0, int second = 0) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, second), Utc());
}

const absl::Time kWritten = At(2026, 11, 21, 12);

/// Steps as minutes since `from`, with the text of each.
using Cut = std::vector<std::pair<StepNumber, std::string>>;

class Cutting {
 public:
  explicit Cutting(std::int64_t seconds = 60, absl::TimeZone zone = Utc())
      : seconds_(seconds), cutter_(seconds, Format::kAuto, zone) {}

  Cut Of(std::string_view text, absl::Time written = kWritten,
         absl::Time from = At(2026, 11, 21, 10)) {
    cutter_.Begin({.messages = text, .read_bytes = text.size()}, written,
                  kWritten + absl::Hours(48));
    Cut cut;
    std::uint64_t bytes = 0;
    Piece piece;
    while (cutter_.Next(piece)) {
      const StepNumber first = absl::ToUnixSeconds(from) / seconds_;
      cut.emplace_back(piece.step == kNoStep ? kNoStep : piece.step - first, piece.block.messages);
      bytes += piece.block.read_bytes;
    }
    EXPECT_EQ(bytes, text.size());
    return cut;
  }

 private:
  const std::int64_t seconds_;
  StepCutter cutter_;
};

TEST(StepCutterTest, EachStepIsAPiece) {
  const std::string first =
      "Nov 21 10:00:00 mx postfix/qmgr[1]: A: removed\n"
      "Nov 21 10:00:59 mx postfix/qmgr[1]: B: removed\n";
  const std::string second = "Nov 21 10:01:00 mx postfix/qmgr[1]: C: removed\n";
  const std::string third = "Nov 21 10:05:30 mx postfix/qmgr[1]: D: removed\n";
  EXPECT_THAT(Cutting().Of(first + second + third),
              ElementsAre(Pair(0, first), Pair(1, second), Pair(5, third)));
  EXPECT_THAT(Cutting(300).Of(first + second + third),
              ElementsAre(Pair(0, first + second), Pair(1, third)));
}

TEST(StepCutterTest, ShorterThanAMinute) {
  const std::string first = "2026-11-21T10:00:14.9+00:00 mx postfix/qmgr[1]: A: removed\n";
  const std::string second = "2026-11-21T10:00:15.0+00:00 mx postfix/qmgr[1]: B: removed\n";
  EXPECT_THAT(Cutting(15).Of(first + second), ElementsAre(Pair(0, first), Pair(1, second)));
}

TEST(StepCutterTest, TimeOnlyGoesForward) {
  Cutting cutting;
  const std::string late = "Nov 21 10:02:00 mx postfix/qmgr[1]: A: removed\n";
  const std::string early =
      "Nov 21 10:00:00 mx postfix/qmgr[1]: B: removed\n"
      "no stamp at all\n"
      "Nov 21 10:02:59 mx postfix/qmgr[1]: C: removed\n";
  EXPECT_THAT(cutting.Of(late + early), ElementsAre(Pair(2, late + early)));
  EXPECT_THAT(cutting.Of(early), ElementsAre(Pair(2, early)));
}

TEST(StepCutterTest, BeforeTheFirstStampThereIsNoStep) {
  const std::string none = "no stamp at all\n";
  const std::string one = "Nov 21 10:00:00 mx postfix/qmgr[1]: B: removed\n";
  Cutting cutting;
  EXPECT_THAT(cutting.Of(none), ElementsAre(Pair(kNoStep, none)));
  EXPECT_THAT(cutting.Of(none + one), ElementsAre(Pair(kNoStep, none), Pair(0, one)));
}

TEST(StepCutterTest, AMissingYearIsThatOfTheFile) {
  const std::string line = "Nov 21 10:00:00 mx postfix/qmgr[1]: B: removed\n";
  EXPECT_THAT(Cutting().Of(line, At(2024, 3, 1, 0), At(2023, 11, 21, 10)),
              ElementsAre(Pair(0, line)));
}

TEST(StepCutterTest, NothingIsOfTheFuture) {
  const std::string line = "2031-01-01T00:00:00+00:00 mx postfix/qmgr[1]: A: removed\n";
  EXPECT_THAT(Cutting().Of(line, kWritten, kWritten + absl::Hours(48)), ElementsAre(Pair(0, line)));
}

TEST(StepCutterTest, AnHourThatOccursTwiceGoesOnFromTheLineBefore) {
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Berlin", &zone));
  const absl::Time begin = At(2026, 10, 24, 23, 59);  // 01:59, an hour and a minute before 02:00
  const auto line = [](std::string_view time) {
    return "Oct 25 " + std::string(time) + " mx postfix/qmgr[1]: A: removed\n";
  };
  std::string text;
  Cut want;
  for (const int minute : {-1, 0, 20, 40, 59, 60, 80, 100, 119, 120}) {
    const int of_day = 120 + (minute < 60 ? minute : minute - 60);
    const absl::Time time = absl::UnixEpoch() + absl::Minutes(of_day);
    want.emplace_back(minute + 1, line(absl::FormatTime("%H:%M:00", time, Utc())));
    text += want.back().second;
  }
  EXPECT_EQ(Cutting(60, zone).Of(text, kWritten, begin), want);
}

TEST(StepCutterTest, MessagesOfContainersAreNotCut) {
  const std::string one =
      "2026-11-21T10:00:00.1Z stdout P Nov 21 10:00:00 mx postfix/qmgr[1]: A: rem\n"
      "2026-11-21T10:01:00.1Z stderr F Nov 21 10:00:00 mx postfix/qmgr[1]: B: removed\n"
      "2026-11-21T10:01:00.2Z stdout F oved\n";
  const std::string other =
      "2026-11-21T10:02:00.1Z stdout F Nov 21 10:02:00 mx postfix/qmgr[1]: C: removed\n";
  EXPECT_THAT(Cutting().Of(one + other), ElementsAre(Pair(0, one), Pair(2, other)));
}

TEST(StepCutterTest, OtherFormsAreReadMessageByMessage) {
  const auto entry = [](int minute) {
    return "__CURSOR=s=1\n__REALTIME_TIMESTAMP=" +
           std::to_string(absl::ToUnixMicros(At(2026, 11, 21, 10, minute))) +
           "\n_HOSTNAME=mx\nSYSLOG_IDENTIFIER=postfix/qmgr\nMESSAGE=A: removed\n\n";
  };
  EXPECT_THAT(Cutting().Of(entry(0) + entry(0) + entry(3)),
              ElementsAre(Pair(0, entry(0) + entry(0)), Pair(3, entry(3))));
}

TEST(StepCutterTest, TheLastPieceHasWhatElseTheBlockSays) {
  StepCutter cutter(60, Format::kAuto, Utc());
  Bookmark after;
  const std::string text =
      "Nov 21 10:00:00 mx postfix/qmgr[1]: A: removed\n"
      "Nov 21 10:01:00 mx postfix/qmgr[1]: B: removed\n";
  cutter.Begin({.messages = text,
                .malformed = 2,
                .read_bytes = text.size() + 10,
                .after = &after,
                .progress = Progress::kAtEnd},
               kWritten, kWritten);
  Piece piece;
  ASSERT_TRUE(cutter.Next(piece));
  EXPECT_EQ(piece.block.after, nullptr);
  EXPECT_EQ(piece.block.malformed, 0);
  EXPECT_EQ(piece.block.progress, Progress::kMore);
  ASSERT_TRUE(cutter.Next(piece));
  EXPECT_EQ(piece.block.after, &after);
  EXPECT_EQ(piece.block.malformed, 2);
  EXPECT_EQ(piece.block.read_bytes, text.size() / 2 + 10);
  EXPECT_EQ(piece.block.progress, Progress::kAtEnd);
  EXPECT_FALSE(cutter.Next(piece));
}

}  // namespace
}  // namespace maillog
