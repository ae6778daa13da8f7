#include "parser/envelope/mac_log.h"

#include <array>
#include <cstddef>

#include "parser/daemon.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kPrefix = "postfix/";
constexpr std::size_t kMaxDaemon = 24;
using Text = std::array<char, kPrefix.size() + kMaxDaemon>;

constexpr std::size_t kDaemons = Label<Daemon>::values.size();

/// By Daemon, `postfix/smtpd`: a record's program needs a place that stays.
constexpr std::array<Text, kDaemons> MakePrograms() {
  std::array<Text, kDaemons> programs{};
  for (std::size_t i = 0; i < kDaemons; ++i) {
    const std::string_view name = Label<Daemon>::values[i];
    std::copy(kPrefix.begin(), kPrefix.end(), programs[i].begin());
    std::copy(name.begin(), name.end(), programs[i].begin() + kPrefix.size());
  }
  return programs;
}
constexpr std::array<Text, kDaemons> kPrograms = MakePrograms();

std::string_view ProgramOfProcess(std::string_view process) {
  const std::optional<Daemon> daemon = PostfixDaemon(process);
  if (!daemon) return process;
  const Text& text = kPrograms[static_cast<std::size_t>(*daemon)];
  return {text.data(), kPrefix.size() + process.size()};
}

/// `0x1a2b     `
bool EatHexColumn(std::string_view& text) {
  if (!Eat(text, "0x") || TakeWhile(text, IsAlnum).empty() || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  return true;
}

bool EatNumberColumn(std::string_view& text) {
  if (TakeWhile(text, IsDigit).empty() || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  return true;
}

/// `0x1a2b     Info        0x0      123    0    `
bool EatShowColumns(std::string_view& text) {
  if (!EatHexColumn(text) || TakeWhile(text, IsAlpha).empty() || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  return EatHexColumn(text) && EatNumberColumn(text) && EatNumberColumn(text);
}

/// ` mx1 `
bool EatHostColumn(std::string_view& text, Record& record) {
  std::string_view zone = record.stamp;
  if (!EatLike<"0000-00-00 00:00:00.000000">(zone) || zone.size() != 5) return false;
  if (!Eat(text, ' ')) return false;
  record.host = TakeUntil(text, ' ');
  return !record.host.empty() && Eat(text, ' ');
}

/// `Df `, `E  `
bool EatLevelColumn(std::string_view& text, std::string_view stamp) {
  if (!StartsLike<"0000-00-00 00:00:00.000">(stamp) || stamp.size() != 23) return false;
  for (const std::string_view level : {"Df ", "I  ", "Db ", "E  ", "F  ", "A  "}) {
    if (Eat(text, level)) return true;
  }
  return false;
}

/// `smtpd: `, `smtpd[123]: `, `smtpd[123:1a2b] `
bool ReadProcess(std::string_view text, Record& record) {
  const std::string_view process = TakeUntilOneOf<' ', '[', ':'>(text);
  if (process.empty()) return false;
  if (Eat(text, '[')) {
    (void)TakeUntilOneOf<' ', ']'>(text);
    if (!Eat(text, ']')) return false;
  }
  (void)Eat(text, ':');
  if (!Eat(text, ' ')) return false;
  // The library that wrote it, and the subsystem: syslog()'s text has neither.
  if (StartsWith(text, "(lib") && SkipPast(text, ')')) SkipSpaces(text);
  record.program = ProgramOfProcess(process);
  record.message = text;
  return true;
}

}  // namespace

bool ReadMacLog(std::string_view text, Record& record) {
  const std::string_view begin = text;
  if (!EatShowColumns(text) && (text = begin, !EatHostColumn(text, record)) &&
      (text = begin, !EatLevelColumn(text, record.stamp))) {
    return false;
  }
  return ReadProcess(text, record);
}

}  // namespace maillog
