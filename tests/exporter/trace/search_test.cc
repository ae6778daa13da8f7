// Which files are read for a trace, and how often.
#include "exporter/trace/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "exporter/input/block_buffer.h"
#include "exporter/trace/any_case.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::string Line(int second, const std::string& text) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S+00:00", absl::FromUnixSeconds(1'000'000 + second),
                          absl::UTCTimeZone()) +
         " mx1 postfix/" + text + "\n";
}

/// Lines of others, more than a block of them.
std::string Others(int second) {
  std::string text;
  while (text.size() < 2 * BlockBuffer::kBytes)
    text += Line(second, "qmgr[1]: CCCCCCCCCC: " + std::string(1000, '-'));
  return text;
}

class TraceSearch : public testing::Test {
 protected:
  void Write(const std::string& path, const std::string& text, int second) {
    files_.Append(path, text);
    files_.Create(path)->modified = (1'000'000 + std::int64_t{second}) * 1'000'000'000;
  }
  std::vector<std::string> Find(const std::string& what, std::size_t most = 1 << 20) {
    const absl::StatusOr<std::vector<LogFile>> log =
        NewestFirst({"/log/maillog"}, WithRotated::kYes, files_);
    EXPECT_TRUE(log.ok()) << log.status();
    const TraceWhat meant = TraceWhat::Of(what);
    absl::StatusOr<TraceFindings> found = FindTraces(meant, *log, {}, files_, most);
    EXPECT_TRUE(found.ok()) << found.status();
    cut_ = found->cut;
    std::vector<std::string> messages;
    for (const TracedText& text : found->texts) messages.push_back(text.message);
    return messages;
  }

  FakeFileSystem files_;
  bool cut_ = false;
};

TEST_F(TraceSearch, WhatBeganInTheNewestFileIsNotLookedForInOlderOnes) {
  Write("/log/maillog.1", Line(0, "smtpd[1]: AAAAAAAAAA: client=old[192.0.2.1]"), 1);
  Write("/log/maillog",
        Line(10, "smtpd[1]: AAAAAAAAAA: client=new[192.0.2.1]") +
            Line(11, "qmgr[1]: AAAAAAAAAA: removed"),
        11);
  EXPECT_THAT(Find("AAAAAAAAAA"),
              ElementsAre("AAAAAAAAAA: client=new[192.0.2.1]", "AAAAAAAAAA: removed"));
}

TEST_F(TraceSearch, WhatBeganInAnOlderFileIsFoundThere) {
  Write("/log/maillog.1", Line(0, "smtpd[1]: AAAAAAAAAA: client=a[192.0.2.1]"), 1);
  Write("/log/maillog", Line(10, "qmgr[1]: AAAAAAAAAA: removed"), 10);
  EXPECT_THAT(Find("AAAAAAAAAA"),
              ElementsAre("AAAAAAAAAA: client=a[192.0.2.1]", "AAAAAAAAAA: removed"));
}

TEST_F(TraceSearch, ALogFromAnotherTimeZoneIsReadToItsOldestFile) {
  Write("/log/maillog.1", Line(0, "smtpd[1]: AAAAAAAAAA: client=old[192.0.2.1]"), 1);
  Write("/log/maillog", Line(36'000, "smtpd[1]: AAAAAAAAAA: client=new[192.0.2.1]"), 2);
  EXPECT_THAT(Find("AAAAAAAAAA"), SizeIs(2));
}

TEST_F(TraceSearch, WhatIsLearnedLateIsLookedForInWhatWasRead) {
  // The queue before the filter is far in front of the line that names it, in an older file, and
  // the mailbox in a newer one.
  Write("/log/maillog.1",
        Line(0, "smtpd[1]: AAAAAAAAAA: client=a[192.0.2.1]") +
            Line(0, "cleanup[1]: AAAAAAAAAA: message-id=<m@example>") + Others(1),
        1);
  Write("/log/maillog",
        Others(2) + Line(3, "smtpd[1]: BBBBBBBBBB: client=localhost[127.0.0.1]") +
            "1970-01-12T13:46:43+00:00 mx1 dovecot: lmtp(b): msgid=<m@example>: saved mail to "
            "INBOX\n" +
            Others(3) +
            Line(4,
                 "smtp[1]: AAAAAAAAAA: to=<b@example>, relay=127.0.0.1[127.0.0.1]:10024, "
                 "delay=1, delays=1/0/0/0, dsn=2.0.0, status=sent (250 Ok: queued as "
                 "BBBBBBBBBB)"),
        4);
  for (const char* const what : {"AAAAAAAAAA", "BBBBBBBBBB", "<m@example>", "B@EXAMPLE"}) {
    EXPECT_THAT(Find(what), SizeIs(5)) << what;
  }
}

TEST_F(TraceSearch, ARequeuedMailIsFollowedBothWays) {
  Write("/log/maillog.1",
        Line(0, "pickup[1]: AAAAAAAAAA: uid=0 from=<root>") +
            Line(1, "postsuper[1]: AAAAAAAAAA: requeued") + Others(2),
        2);
  Write("/log/maillog",
        Others(3) + Line(4, "pickup[1]: BBBBBBBBBB: uid=103 from=<root> orig_id=AAAAAAAAAA") +
            Line(5, "qmgr[1]: BBBBBBBBBB: removed"),
        5);
  for (const char* const what : {"AAAAAAAAAA", "BBBBBBBBBB"}) {
    EXPECT_THAT(Find(what), SizeIs(4)) << what;
  }
}

TEST_F(TraceSearch, KeepsNoMoreThanItMay) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += Line(i, "qmgr[1]: AAAAAAAAAA: removed");
  Write("/log/maillog", text, 1000);
  EXPECT_LT(Find("AAAAAAAAAA", 10'000).size(), 100U);
  EXPECT_TRUE(cut_);
}

TEST_F(TraceSearch, RotationsAreInTheOrderOfTheirNames) {
  // Copied from elsewhere, in no order of time.
  Write("/log/maillog.2", "", 30);
  Write("/log/maillog.1", "", 20);
  Write("/log/maillog.10", "", 25);
  Write("/log/maillog", "", 40);
  const absl::StatusOr<std::vector<LogFile>> log =
      NewestFirst({"/log/maillog"}, WithRotated::kYes, files_);
  ASSERT_TRUE(log.ok());
  std::vector<std::string> paths;
  for (const LogFile& file : *log) paths.push_back(file.path);
  EXPECT_THAT(paths,
              ElementsAre("/log/maillog", "/log/maillog.1", "/log/maillog.2", "/log/maillog.10"));
  const auto one = NewestFirst({"/log/maillog"}, WithRotated::kNo, files_);
  ASSERT_TRUE(one.ok());
  EXPECT_THAT(*one, SizeIs(1));
  EXPECT_FALSE(NewestFirst({"/log/none"}, WithRotated::kYes, files_).ok());
}

TEST_F(TraceSearch, InAFolderWhatIsNoLogIsPassedOver) {
  Write("/log/maillog", "", 40);
  Write("/log/odd", std::string("\xFF\xFE[\0S\0M\0", 8), 30);
  const auto log = NewestFirst({"/log"}, WithRotated::kYes, files_);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_THAT(*log, SizeIs(1));
  files_.Unlink("/log/maillog");
  EXPECT_EQ(NewestFirst({"/log"}, WithRotated::kYes, files_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(AnyCase, FindsAtEveryPlace) {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string text = std::string(before, 'x') + "BoB@eXample" + std::string(before, 'b');
    EXPECT_EQ(FindInAnyCase(text, "bob@example"), before);
    EXPECT_EQ(FindInAnyCase(text, "bob@examplf"), text.size());
    EXPECT_EQ(FindInAnyCase(text, "b"), before);
  }
  EXPECT_EQ(FindInAnyCase("", "a"), 0U);
}

}  // namespace
}  // namespace maillog::test
