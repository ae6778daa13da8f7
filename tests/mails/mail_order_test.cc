// Lines that come in another order give the same figures, as long as each daemon's own keep theirs.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

#include "parser/scan.h"
#include "tests/corpus/corpus.h"
#include "tests/mails/mail_fold.h"

namespace maillog::test {
namespace {

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) lines.emplace_back(TakeLine(text));
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// `postfix/smtpd`, after a stamp of three words and a host.
std::string DaemonOf(std::string_view line) {
  for (int word = 0; word < 4; ++word) {
    (void)TakeUntil(line, ' ');
    SkipSpaces(line);
  }
  return std::string(line.substr(0, line.find_first_of("[:")));
}

/// Takes the first line of a daemon chosen at random, again and again; but no line comes after more
/// than `most` lines that were after it.
std::vector<std::string> Interleaved(const std::vector<std::string>& lines, std::size_t most,
                                     std::mt19937& random) {
  struct Waiting {
    std::size_t place;
    const std::string* line;
  };
  std::map<std::string, std::deque<Waiting>> daemons;
  std::vector<std::string> out;
  std::size_t next = 0;
  while (out.size() < lines.size()) {
    for (; next < lines.size() && next < out.size() + most; ++next)
      daemons[DaemonOf(lines[next])].push_back({next, &lines[next]});
    const auto oldest =
        std::min_element(daemons.begin(), daemons.end(), [](const auto& a, const auto& b) {
          return a.second.front().place < b.second.front().place;
        });
    auto taken = oldest;
    if (oldest->second.front().place + most > next)
      taken = std::next(daemons.begin(), static_cast<long>(random() % daemons.size()));
    out.push_back(*taken->second.front().line);
    taken->second.pop_front();
    if (taken->second.empty()) daemons.erase(taken);
  }
  return out;
}

/// What is over at the end of everything: one more line, much later.
std::map<std::string, int> TotalsOf(const std::vector<std::string>& lines) {
  MailFold fold;
  // So that it is known that there are filters.
  fold.Read(Lines({"smtpd: 6F1B2C3D0A: client=c[192.0.2.1]",
                   "smtpd: 6F1B2C3D0B: client=localhost[127.0.0.1], orig_queue_id=6F1B2C3D0A",
                   "smtp: 6F1B2C3D0A: to=<r@example.org>, relay=127.0.0.1[127.0.0.1]:10024, "
                   "delay=1, delays=0/0/0/0, dsn=2.0.0, status=sent (250 Ok: queued as 6F1B2C3D0B)",
                   "qmgr: 6F1B2C3D0B: removed", "qmgr: 6F1B2C3D0A: removed"}));
  fold.Read(Joined(lines));
  fold.Read(LaterLines("Dec 31 10:09:00"));
  return fold.Totals();
}

/// Mails of every kind, begun one after another: to mailboxes, elsewhere, through a filter with and
/// without XFORWARD, forwarded, deferred and requeued, bounced with a notice, refused, removed.
std::vector<std::string> MailsOfEveryKind(int count, std::mt19937& random) {
  std::vector<std::string> lines;
  const auto say = [&](const std::string& line) {
    const std::string text = Lines({line});
    lines.push_back(text.substr(0, text.size() - 1));
  };
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(100 + i);
    const std::string id = "4F1B2C" + n + "A";
    const std::string second = "4F1B2C" + n + "B";
    const auto active = [&](const std::string& of, const std::string& sender, int rcpt) {
      say("qmgr: " + of + ": from=<" + sender + ">, size=" + std::to_string(500 + i) +
          ", nrcpt=" + std::to_string(rcpt) + " (queue active)");
    };
    const auto to = [&](const std::string& agent, const std::string& of, const std::string& relay,
                        const std::string& status) {
      say(agent + ": " + of + ": to=<r@example.org>, relay=" + relay +
          ", delay=" + std::to_string(i % 7) + ", delays=0/0/0/0, dsn=2.0.0, status=" + status);
    };
    const std::string remote = "mx.example.net[198.51.100.7]:25";
    const std::string filter = "127.0.0.1[127.0.0.1]:10024";
    const std::string store = "mx[private/lmtp]";
    say("smtpd: " + id + ": client=c" + n + ".example[192.0.2." + std::to_string(i % 200) + "]");
    switch (random() % 8) {
      case 0:
        active(id, "a@b.example", 2);
        to("lmtp", id, store, "sent (250 ok)");
        to("smtp", id, remote, "sent (250 ok)");
        break;
      case 1:
        active(id, "a@b.example", 1);
        to("smtp", id, remote, "deferred (450 4.2.1 later)");
        active(id, "a@b.example", 1);
        to("smtp", id, remote, "sent (250 ok)");
        break;
      case 2:
        active(id, "a@b.example", 1);
        say("smtpd: " + second + ": client=localhost[127.0.0.1]");
        active(second, "a@b.example", 1);
        to("smtp", id, filter, "sent (250 2.0.0 Ok: queued as " + second + ")");
        to("lmtp", second, store, "sent (250 ok)");
        say("qmgr: " + second + ": removed");
        break;
      case 3:
        active(id, "a@b.example", 1);
        say("smtpd: " + second + ": client=localhost[127.0.0.1], orig_queue_id=" + id +
            ", orig_client=c[192.0.2.1]");
        active(second, "a@b.example", 1);
        to("smtp", id, filter, "sent (250 Ok)");
        to("smtp", second, remote, "bounced (550 5.1.1 no)");
        say("qmgr: " + second + ": removed");
        break;
      case 4:
        active(id, "a@b.example", 1);
        active(second, "a@b.example", 1);
        to("local", id, "local", "sent (forwarded as " + second + ")");
        to("smtp", second, remote, "sent (250 ok)");
        say("qmgr: " + second + ": removed");
        break;
      case 5:
        active(id, "a@b.example", 1);
        to("smtp", id, remote, "bounced (550 5.1.1 no)");
        say("bounce: " + id + ": sender non-delivery notification: " + second);
        active(second, "", 1);
        to("lmtp", second, store, "sent (250 ok)");
        say("qmgr: " + second + ": removed");
        break;
      case 6:
        active(id, "a@b.example", 1);
        to("smtp", id, remote, "deferred (450 4.2.1 later)");
        say("postsuper: " + id + ": removed");
        continue;
      default:
        active(id, "a@b.example", 1);
        to("smtp", id, remote, "deferred (450 4.2.1 later)");
        say("qmgr: " + id + ": from=<a@b.example>, status=expired, returned to sender");
        break;
    }
    say("qmgr: " + id + ": removed");
  }
  return lines;
}

TEST(MailOrder, AnyInterleavingOfDaemonsGivesTheSame) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    const std::vector<std::string> lines = MailsOfEveryKind(30, random);
    const auto expected = TotalsOf(lines);
    int mails = 0;
    for (const auto& [end, count] : expected) mails += count;
    ASSERT_GE(mails, 30) << seed;
    ASSERT_EQ(TotalsOf(Interleaved(lines, lines.size(), random)), expected) << "seed " << seed;
  }
}

TEST(MailOrder, RecordedLogsOutOfOrderGiveTheSame) {
  for (const std::string& name :
       std::vector<std::string>{"debian12/syslog", "current/syslog", "current/journald"}) {
    const std::vector<std::string> lines = LinesOf(ReadWhole(CorpusPath(name) / "mail.log"));
    const auto expected = TotalsOf(lines);
    for (unsigned seed = 0; seed < 4; ++seed) {
      std::mt19937 random(seed);
      ASSERT_EQ(TotalsOf(Interleaved(lines, 60, random)), expected) << name << " seed " << seed;
    }
  }
}

TEST(MailOrder, ACopyGoesOnFromWhereverItWasMade) {
  const std::vector<std::string> lines = LinesOf(ReadWhole(CorpusPath("debian12/syslog/mail.log")));
  MailFold whole;
  whole.Read(Joined(lines));
  whole.Read(LaterLines("Dec 31 10:09:00"));
  const auto expected = whole.Totals();
  for (std::size_t cut = 1; cut < lines.size(); cut += lines.size() / 9) {
    MailFold first;
    first.Read(Joined({lines.begin(), lines.begin() + static_cast<long>(cut)}));
    const SavedMails saved = first.memory().Save();
    const auto ended_then = first.ended();
    // What it does afterwards does not change the copy.
    first.Read(Joined({lines.begin() + static_cast<long>(cut), lines.end()}));
    MailFold second(saved);
    second.Read(Joined({lines.begin() + static_cast<long>(cut), lines.end()}));
    second.Read(LaterLines("Dec 31 10:09:00"));
    auto totals = second.Totals();
    for (const std::string& end : ended_then) ++totals[end];
    ASSERT_EQ(totals, expected) << "cut at line " << cut;
  }
}

}  // namespace
}  // namespace maillog::test
