// Figures that are read in one go are what the reader of all forms reads: it gets the same line
// with a figure that it does not know.
#include <gtest/gtest.h>

#include <string>

#include "parser/dialect/dovecot/rules.h"
#include "parser/event_text.h"

namespace maillog::dovecot {
namespace {

void ExpectAlike(Daemon service, const std::string& text) {
  const bool is_imap = service == Daemon::kImap;
  const std::size_t second = text.find(is_imap ? " out=" : ", retr=");
  if (second == std::string::npos) return;
  const std::string another = is_imap ? " zzz=1" : ", zzz=1";
  const std::string with_another = text.substr(0, second) + another + text.substr(second);
  EXPECT_EQ(EventText(SessionEndEvent(service, text)),
            EventText(SessionEndEvent(service, with_another)))
      << text;
}

const std::string kValues[] = {"0",
                               "7",
                               "1234567890123",
                               "18446744073709551615",
                               "",
                               "x",
                               "1/2",
                               "1,",
                               "18446744073709551616",
                               "-1",
                               "1 2",
                               "1/",
                               "/",
                               "7 in=8",
                               "7, top=1/2"};

TEST(SessionEnd, UsualFiguresAreWhatTheReaderOfAllFormsReads) {
  const std::string imap[] = {"Disconnected: Logged out in=",
                              " out=",
                              " deleted=",
                              " expunged=",
                              " trashed=",
                              " hdr_count=",
                              " hdr_bytes=",
                              " body_count=",
                              " body_bytes="};
  const std::string pop3[] = {
      "Disconnected: Logged out top=", "/", ", retr=", "/", ", del=", "/", ", size="};
  for (const std::string& value : kValues) {
    for (std::size_t at = 0; at < std::size(imap); ++at) {
      std::string text;
      for (std::size_t i = 0; i < std::size(imap); ++i)
        text += imap[i] + (i == at ? value : std::to_string(i + 3));
      ExpectAlike(Daemon::kImap, text);
    }
    for (std::size_t at = 0; at < std::size(pop3); ++at) {
      std::string text;
      for (std::size_t i = 0; i < std::size(pop3); ++i)
        text += pop3[i] + (i == at ? value : std::to_string(i + 3));
      ExpectAlike(Daemon::kPop3, text);
    }
  }
}

TEST(SessionEnd, FiguresCutAnywhereAreReadAlike) {
  const std::string imap =
      "Disconnected: Logged out in=1716 out=13662 deleted=2 expunged=3 trashed=0 hdr_count=1 "
      "hdr_bytes=529 body_count=4 body_bytes=11535";
  const std::string pop3 = "Connection closed top=1/988, retr=2/1132, del=1/23, size=67672";
  for (const auto& [service, whole] :
       {std::pair(Daemon::kImap, imap), std::pair(Daemon::kPop3, pop3)}) {
    for (std::size_t size = 0; size <= whole.size(); ++size)
      ExpectAlike(service, whole.substr(0, size));
    for (std::size_t at = whole.find('='); at < whole.size(); ++at) {
      if (whole[at] == ' ') ExpectAlike(service, whole.substr(0, at) + ' ' + whole.substr(at));
    }
  }
  EXPECT_EQ(EventText(SessionEndEvent(Daemon::kPop3, pop3)),
            EventText(SessionEndEvent(Daemon::kPop3,
                                      "Connection closed size=0 top=1/988, retr=2/1132, "
                                      "del=1/23, size=67672")));
}

}  // namespace
}  // namespace maillog::dovecot
