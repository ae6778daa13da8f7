// Who does most in a recorded log.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "tests/activity/activity_fold.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

/// What is between two texts; empty if they are not there.
std::string Between(const std::string& line, const std::string& before, const std::string& after) {
  const std::size_t at = line.find(before);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + before.size();
  return line.substr(begin, std::min(line.find(after, begin), line.size()) - begin);
}

// Counted in another way: by text, exactly.
TEST(ActivityTruth, TheBusiestUserOfARecordedLog) {
  const std::string log = ReadWhole(CorpusPath("debian12/syslog/mail.log"));
  std::map<std::string, std::string> users;  // by queue id
  std::map<std::string, std::uint64_t> recipients;
  for (std::string_view rest = log; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string line(rest.substr(0, end - 1));
    rest.remove_prefix(end);
    const std::string id = Between(line, "]: ", ":");
    if (const std::string user = Between(line, ", sasl_username=", ",");
        !user.empty() && line.find(": client=") != std::string::npos)
      users[id] = user;
    const std::string count = Between(line, ", nrcpt=", " ");
    if (count.empty() || !users.contains(id)) continue;
    recipients[users[id]] += std::stoul(count);
    users.erase(id);
  }
  std::uint64_t most = 0;
  for (const auto& [user, sum] : recipients) most = std::max(most, sum);
  ASSERT_GT(most, 10U);
  ActivityFold fold;
  fold.Read(log);
  EXPECT_EQ(fold.Recipients(SenderKind::kUser, "24h"), most) << "the log is of less than a day";
}

TEST(ActivityTruth, FailedLoginsOfARecordedLog) {
  const std::string log = ReadWhole(CorpusPath("debian12/syslog/mail.log"));
  std::set<std::string> clients;
  for (std::string_view rest = log; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string line(rest.substr(0, end - 1));
    rest.remove_prefix(end);
    if (line.find("smtpd[") != std::string::npos && line.find(": SASL ") != std::string::npos &&
        line.find("authentication failed") != std::string::npos)
      clients.insert(Between(Between(line, "warning: ", ":"), "[", "]"));
    if (line.find("(auth failed") != std::string::npos)
      clients.insert(Between(line, ", rip=", ","));
  }
  ASSERT_GE(clients.size(), 1U);
  ActivityFold fold;
  fold.Read(log);
  EXPECT_EQ(fold.Figures("24h").failed_clients, clients.size());
}

}  // namespace
}  // namespace maillog::test
