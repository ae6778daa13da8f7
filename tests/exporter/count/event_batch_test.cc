#include "exporter/count/event_batch.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {
namespace {

struct Line {
  std::string stamp;
  std::string host;
  std::string program;
  bool is_mail = false;
  bool is_activity = false;
};

void Keep(const Line& line, std::size_t number, EventBatch& batch) {
  if (line.is_mail) batch.FreeMail() = {.id = number, .step = MailStep::kQueued};
  if (line.is_activity) batch.FreeActivity() = {.id = number, .step = ActivityStep::kMailQueued};
  batch.Keep({.stamp = line.stamp, .host = line.host, .program = line.program}, line.is_mail,
             line.is_activity);
}

/// `1 mx1 10:00:00 postfix, …`; of activity without the last.
std::string TextOfMails(const EventBatch& batch) {
  std::string text;
  const auto none = [](const MailEvent&) {};
  batch.ForEachMail(none, none, [&](const MailEvent& event, const LineOrigin& origin) {
    text += std::to_string(event.id) + " " + std::string(origin.host) + " " +
            std::string(origin.stamp) + " " + std::string(origin.syslog_name) + ", ";
  });
  return text;
}

std::string TextOfActivity(const EventBatch& batch) {
  std::string text;
  batch.ForEachActivity([](const ActivityEvent&) {},
                        [&](const ActivityEvent& event, const LineOrigin& origin) {
                          text += std::to_string(event.id) + " " + std::string(origin.host) + " " +
                                  std::string(origin.stamp) + ", ";
                        });
  return text;
}

TEST(EventBatch, EachEventHasTheOriginOfItsLine) {
  const std::vector<Line> lines{
      {"10:00:00", "mx1", "dovecot", false, true},
      {"10:00:00", "mx1", "postfix/smtpd", true, true},
      {"10:00:00", "mx1", "postfix/qmgr", true, true},
      {"10:00:00", "mx1", "postfix-out/qmgr", true, false},
      {"10:00:00", "mx2", "postfix-out/qmgr", false, true},
      {"10:00:01", "mx2", "postfix-out/smtp", true, false},
      {"10:00:02", "mx2", "dovecot", false, true},
      {"10:00:02", "mx2", "postfix/submission/smtpd", true, true},
      {"", "mx2", "postfix/smtp", true, false},
      {"10:00:02", "mx2", "postfix/smtp", true, false},
  };
  EventBatch batch;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < lines.size(); ++i) Keep(lines[i], i, batch);
    EXPECT_EQ(batch.size(), 13U);
    EXPECT_EQ(TextOfMails(batch),
              "1 mx1 10:00:00 postfix, 2 mx1 10:00:00 postfix, 3 mx1 10:00:00 postfix-out, "
              "5 mx2 10:00:01 postfix-out, 7 mx2 10:00:02 postfix, 8 mx2  postfix, "
              "9 mx2 10:00:02 postfix, ");
    EXPECT_EQ(TextOfActivity(batch),
              "0 mx1 10:00:00, 1 mx1 10:00:00, 2 mx1 10:00:00, 4 mx2 10:00:00, 6 mx2 10:00:02, "
              "7 mx2 10:00:02, ");
    batch.Clear();
    EXPECT_EQ(batch.size(), 0U);
    EXPECT_EQ(TextOfMails(batch) + TextOfActivity(batch), "");
  }
}

// Another thread reads it: it would wait for the line of each.
TEST(EventBatch, EqualTextsAreViewsOfTheFirst) {
  const Line first{"10:00:00", "mx1", "postfix-out/smtpd", true, true};
  const Line second{"10:00:00", "mx1", "postfix-out/qmgr", true, true};
  const Line third{"10:00:00", "mx1", "postfix/qmgr", true, true};
  EventBatch batch;
  Keep(first, 1, batch);
  Keep(second, 2, batch);
  Keep(third, 3, batch);
  const auto none = [](const MailEvent&) {};
  batch.ForEachMail(none, none, [&](const MailEvent& event, const LineOrigin& origin) {
    EXPECT_EQ(origin.host.data(), first.host.data()) << event.id;
    EXPECT_EQ(origin.stamp.data(), first.stamp.data()) << event.id;
    if (event.id < 3) {
      EXPECT_EQ(origin.syslog_name.data(), first.program.data()) << event.id;
    }
  });
}

TEST(EventBatch, SaysAheadWhatWillBeTaken) {
  constexpr std::size_t kEvents = 30;
  const Line even{"10:00:00", "mx1", "postfix/qmgr", true, true};
  const Line odd{"10:00:01", "mx1", "postfix/qmgr", true, true};
  EventBatch batch;
  for (std::size_t i = 0; i < kEvents; ++i) Keep(i % 2 == 0 ? even : odd, i, batch);
  std::size_t far = 0;
  std::size_t near = 0;
  std::size_t taken = 0;
  batch.ForEachMail(
      [&](const MailEvent& event) {
        EXPECT_GT(event.id, taken);
        far = event.id;
      },
      [&](const MailEvent& event) {
        EXPECT_GT(event.id, taken);
        EXPECT_LE(event.id, far);
        near = event.id;
      },
      [&](const MailEvent& event, const LineOrigin& origin) {
        EXPECT_EQ(event.id, taken++);
        EXPECT_EQ(origin.stamp, event.id % 2 == 0 ? even.stamp : odd.stamp);
      });
  EXPECT_EQ(taken, kEvents);
  EXPECT_EQ(far, kEvents - 1);
  EXPECT_EQ(near, kEvents - 1);
}

}  // namespace
}  // namespace maillog
