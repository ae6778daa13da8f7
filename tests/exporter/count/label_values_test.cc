// No label holds anything personal: an address, an IP address, a path and an id are put in the
// place of every word of every case, and all label values of what is counted are checked.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/count/shard.h"
#include "parser/event.h"
#include "tests/support/cases.h"
#include "tests/support/how_much.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

/// What is put in, and a part of it that no label may have. Parts are searched for, since a rule
/// may cut a value anywhere.
struct Foreign {
  std::string_view text;
  std::string_view part;
  bool can_be_host = false;  ///< a log names hosts by their IP addresses, too
};

// Paths are complete: nobody can say that `x/victim/smtpd` is not a service `victim` of `x`.
constexpr Foreign kForeign[] = {
    {"victim@example.net", "victim"},
    {"203.0.113.77", "203.0.113.77", true},
    {"/home/victim/Maildir", "victim"},
    {"031B97815E7", "031B97815E7", true},

    {"<\"victim a\"@example.net>", "victim"},
    {"2001:db8:77::abcd", "2001", true},
    {"/var/spool/victim/", "victim"},
    {"4bXk2Z1NqDz9CwR", "4bXk2Z1NqDz9CwR", true},

    {"<20261128.77.victim@example.net>", "victim"},
    {"v.example.net[198.51.100.77]:10025", "198.51.100"},
    {"/victim", "victim"},
    {"kX3bLv0rR8wKAAAB", "kX3bLv0rR8wKAAAB", true},

    {"\"victim\"@[203.0.113.77]", "victim"},
    {"::ffff:192.0.2.77", "192.0.2.77", true},
    {"//victim", "victim"},
    {"550e8400-e29b-41d4-a716-446655440000", "41d4", true},
};
/// One of each kind: an address, an IP address, a path, an id.
constexpr std::size_t kKinds = 4;
constexpr std::size_t kSets = std::size(kForeign) / kKinds;

/// The line with each of its words, one at a time, replaced by each text of a set: the next word by
/// those of the next set.
std::string WithInEachWord(std::string_view line, std::span<const Foreign> texts,
                           std::size_t set_size, std::size_t first_set) {
  constexpr std::string_view kBetweenWords = " \t=,:;[]<>()/\"'{}|";
  std::string lines;
  std::size_t set = first_set;
  for (std::size_t at = 0; at < line.size(); ++set) {
    const std::size_t begin = line.find_first_not_of(kBetweenWords, at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(kBetweenWords, begin), line.size());
    const std::size_t sets = texts.size() / set_size;
    for (const Foreign& foreign : texts.subspan(set % sets * set_size, set_size)) {
      lines.append(line.substr(0, begin)).append(foreign.text).append(line.substr(at)) += '\n';
    }
  }
  return lines;
}

/// Limits would hide what the forms let through.
void ExpectNoLabelIsFull(const SavedSource& saved, const Case& one) {
  std::map<std::pair<std::string, std::string>, std::size_t> values;
  for (const KnownValue& known : *saved.values) ++values[{known.host, known.label}];
  const std::map<std::string_view, std::size_t> limits{
      {Label<SyslogName>::name, Label<SyslogName>::limit},
      {Label<Listener>::name, Label<Listener>::limit},
      {Label<Transport>::name, Label<Transport>::limit}};
  for (const auto& [of, count] : values) {
    const auto limit = limits.find(of.second);
    if (limit == limits.end()) continue;
    EXPECT_LT(count, limit->second) << one.file << ':' << one.line_number << ": " << of.second;
  }
}

/// Counts the lines, and checks the labels. Returns how many values it has seen.
std::size_t LookAtLabelsOf(const Case& one, std::size_t log_host_limit) {
  static const FakeClock clock;
  Shard shard("log", clock, {.log_host_limit = log_host_limit});
  const auto first_set = static_cast<std::size_t>(one.line_number) / 2 % kSets;
  const std::string lines = one.line + '\n' + WithInEachWord(one.line, kForeign, kKinds, first_set);
  shard.Consume({.messages = lines});
  const ShardState state = shard.Snapshot();
  ExpectNoLabelIsFull(state.saved, one);
  std::set<std::pair<std::string, std::string>> values;
  for (const auto& [name, family] : state.samples.families()) {
    for (const auto& [labels, value] : family.series) {
      ForEachLabel(family.row, labels, [&values](std::string_view label, std::string_view text) {
        values.emplace(label, text);
      });
    }
  }
  for (const auto& named : values) {
    const auto& [label, value] = named;
    const auto has = [&named](std::string_view part) {
      return named.second.find(part) != std::string::npos;
    };
    EXPECT_FALSE(has("@")) << label << '=' << value << " of " << one.file << ':' << one.line_number;
    EXPECT_FALSE(has("/")) << label << '=' << value << " of " << one.file << ':' << one.line_number;
    for (const Foreign& foreign : kForeign) {
      if (one.line.find(foreign.part) != std::string::npos) continue;
      if (label == kLogHostLabel && foreign.can_be_host) continue;
      EXPECT_FALSE(has(foreign.part))
          << label << '=' << value << " of " << one.file << ':' << one.line_number;
    }
  }
  return values.size();
}

TEST(LabelValues, HoldNothingPersonalWhateverALineHolds) {
  const auto folder = std::filesystem::path(MAILLOG_TESTS_DIR) / "cases";
  std::size_t cases = 0;
  std::size_t values = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    for (const Case& one : ReadCases(entry.path().filename().string())) {
      if (!MayTakeLong() && static_cast<std::size_t>(one.line_number) / 2 / kSets % 2 != 0)
        continue;
      values += LookAtLabelsOf(one, 0);
      ++cases;
      if (HasFailure()) return;
    }
  }
  EXPECT_GT(cases, 1000U);
  EXPECT_GT(values, 10 * cases);
}

// Tallies by host take a while, and only an envelope can name one.
TEST(LabelValues, OfHostsHoldNothingPersonalWhateverAnEnvelopeHolds) {
  std::size_t values = 0;
  for (const Case& one : ReadCases("envelope")) values += LookAtLabelsOf(one, 1000);
  EXPECT_GT(values, 1000U);
}

/// The values that a label has.
std::set<std::string> ValuesOf(std::string_view label, std::string_view messages) {
  const FakeClock clock;
  Shard shard("log", clock);
  shard.Consume({.messages = messages});
  std::set<std::string> values;
  const ShardState state = shard.Snapshot();
  for (const auto& [name, family] : state.samples.families()) {
    for (const auto& [labels, value] : family.series) {
      ForEachLabel(family.row, labels, [&](std::string_view of, std::string_view text) {
        if (of == label) values.emplace(text);
      });
    }
  }
  return values;
}

// The test above would find nothing if words were not put where labels come from.
TEST(LabelValues, AreTakenFromTheWordsThatAreReplaced) {
  const std::string_view line =
      "Nov 21 10:00:00 mx one/two/pipe[1]: 031B97815E: to=<a@example.com>, relay=three, delay=1, "
      "delays=0/0/0/1, dsn=2.0.0, status=sent (delivered)";
  constexpr Foreign kPutIn[] = {{"put-in", "put-in"}};
  const std::string lines = WithInEachWord(line, kPutIn, 1, 0);
  EXPECT_EQ(ValuesOf("syslog_name", lines), (std::set<std::string>{"one", "put-in"}));
  EXPECT_EQ(ValuesOf("transport", lines), (std::set<std::string>{"put-in", "three"}));
}

}  // namespace
}  // namespace maillog::test
