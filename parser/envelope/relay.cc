#include "parser/envelope/relay.h"

#include <algorithm>
#include <array>

#include "parser/envelope/priority_word.h"
#include "parser/envelope/stamp.h"
#include "parser/envelope/word_list.h"
#include "parser/envelope/wrappings.h"

namespace maillog {
namespace {

/// Programs, and what containers' tags begin with (`docker/NAME`, `podman-NAME`).
constexpr auto kRuntimes = std::to_array<std::string_view>(
    {"docker", "dockerd", "podman", "conmon", "containerd", "nerdctl", "crio", "kubelet", "compose",
     "mailu", "mailcow", "mailcowdockerized"});
constexpr auto kCollectors = std::to_array<std::string_view>(
    {"rsyslogd", "rsyslog", "syslog-ng", "syslogd", "fluentd", "fluent-bit", "td-agent", "vector",
     "filebeat", "logstash", "promtail", "alloy", "nxlog", "mailserver", "docker-mailserver"});
/// What the name that compose gives a container says about a mail server.
constexpr auto kMailWords =
    std::to_array<std::string_view>({"mail", "smtp", "imap", "postfix", "dovecot", "mta", "lmtp"});

bool IsSeparator(char c) { return c == '/' || c == '-' || c == '_' || c == '.'; }

/// `3f2504e04f89`, or all 64 digits
bool IsContainerId(std::string_view name) {
  if (name.size() != 12 && name.size() != 64) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
}

/// `project-postfix-1`, `project_mailserver_1`: compose's names for containers.
bool IsOfCompose(std::string_view name) {
  std::string_view rest = name;
  std::size_t digits = 0;
  while (!rest.empty() && IsDigit(rest.back())) {
    rest.remove_suffix(1);
    ++digits;
  }
  if (digits < 1 || digits > 3 || rest.empty()) return false;
  if (rest.back() != '-' && rest.back() != '_') return false;
  rest.remove_suffix(1);
  if (rest.find_first_of("-_") == std::string_view::npos) return false;
  return std::any_of(kMailWords.begin(), kMailWords.end(), [rest](std::string_view word) {
    return rest.find(word) != std::string_view::npos;
  });
}

bool IsPostfixDaemon(std::string_view program) {
  return program.find('/') != std::string_view::npos && IsOurProgram(program);
}

}  // namespace

bool IsRelay(std::string_view program) {
  if (HasWord(kCollectors, program) || IsContainerId(program) || IsPriorityWord(program))
    return true;
  if (EndsWith(program, "-mailcow") || IsOfCompose(program)) return true;
  return HasWord(kRuntimes, TakeWhile(program, [](char c) { return !IsSeparator(c); }));
}

bool BeginsRelayed(std::string_view text) {
  if (Eat(text, '<') && (TakeWhile(text, IsDigit).empty() || !Eat(text, '>'))) return false;
  return BeginsWithDate(text) || StartsLike<"0 0000-00-00T">(text);
}

std::string_view RelayedLine(const Record& record, Relays relays) {
  if (record.speaker == Speaker::kRelay) return record.message;
  if (record.speaker != Speaker::kProgram || record.program.empty()) return {};
  if (!BeginsRelayed(record.message) && !BeginsWithOurTag(record.message)) return {};
  const bool is_relay =
      IsRelay(record.program) || (relays == Relays::kAll && !IsPostfixDaemon(record.program));
  return is_relay ? record.message : std::string_view{};
}

}  // namespace maillog
