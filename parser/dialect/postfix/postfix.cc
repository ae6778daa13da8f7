#include "parser/dialect/postfix/postfix.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "parser/dialect/postfix/daemons.h"
#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/problem.h"
#include "parser/dialect/postfix/smtpd.h"
#include "parser/value_word.h"

namespace maillog::postfix {
namespace {

/// Moves past what is in front of the fixed words, and notes a queue id.
[[gnu::always_inline]] inline QueueRef TakeAndNoteRef(const Line& line, std::string_view& text) {
  const QueueRef ref = TakeQueueRef(text);
  if (ref == QueueRef::kQueueId)
    line.memory.queue_id = {line.message.data(), line.message.size() - text.size() - 2};
  return ref;
}

/// Starting after a word where a queue id should be. Lines of smtpd and postscreen may have NOQUEUE
/// instead, and then a fixed word is missing.
Event ParseAfterStandIn(const Line& line, std::string_view word, std::string_view text) {
  const bool may_be_noqueue = line.daemon == Daemon::kSmtpd || line.daemon == Daemon::kPostscreen;
  if (word.empty() || (may_be_noqueue && !IsValueWord(word))) return Unknown{};
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  return RulesOf(line.daemon).parse(line, QueueRef::kQueueId, text);
}

/// A level is no queue id, so that either is asked for first: most lines have an id.
[[gnu::always_inline]] inline Event ParseAsWritten(const Line& line) {
  std::string_view text = InParts(line.message);
  const QueueRef ref = TakeAndNoteRef(line, text);
  if (ref == QueueRef::kNone) {
    if (const auto level = TakeLevel(text)) return ParseProblem(line, *level, text);
  }
  return RulesOf(line.daemon).parse(line, ref, text);
}

/// What a line that no rule knows is, if a word stands in for a queue id, or blanks are at its
/// end (in collected logs).
[[gnu::noinline]] Event ParseMasked(const Line& line) {
  std::string_view text = line.message;
  const std::string_view word = TakeStandIn(text);
  Event event = ParseAfterStandIn(line, word, text);
  Line trimmed = line;
  while (EatBack(trimmed.message, " ")) continue;
  if (std::holds_alternative<Unknown>(event) && trimmed.message.size() < line.message.size())
    event = ParseAsWritten(trimmed);
  return event;
}

[[gnu::always_inline]] inline Event ParseLine(const Line& line) {
  Event event = ParseAsWritten(line);
  if (std::holds_alternative<Unknown>(event)) {
    Event masked = ParseMasked(line);
    if (!std::holds_alternative<Unknown>(masked)) event = masked;
  }
  return event;
}

/// Counts only what no client could have begun: the daemon is not known, so a text of one daemon
/// could pass for a fact of another.
Event ParseRecovered(const Line& line) {
  std::string_view text = line.message;
  if (TakeAndNoteRef(line, text) != QueueRef::kQueueId) return ParseSmtpSession(line);
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  if (text == "removed" || StartsWith(text, "from="))
    return ParseQmgr(line, QueueRef::kQueueId, text);
  return Unknown{};
}

/// `postfix`, the command itself or a name cut at the slash: whole-message forms are recovered, all
/// other lines that some daemon's rule knows are ignored.
[[gnu::noinline]] Event ParseBare(const Line& line) {
  const Event recovered = ParseRecovered(line);
  if (OutcomeOf(recovered) == Outcome::kCounted) return recovered;
  Line guess = line;
  Unknown unknown;
  for (const Daemon daemon : OneDaemonOfEachKind()) {
    guess.daemon = daemon;
    const Event event = ParseLine(guess);
    const auto* const stopped = std::get_if<Unknown>(&event);
    if (stopped == nullptr) return Ignored{};
    unknown.left = std::min(unknown.left, stopped->left);
  }
  return unknown;
}

/// The first part of the name; moves past it.
std::string_view TakeInstance(std::string_view& name) {
  constexpr std::string_view kUsual = "postfix";  // found without a search
  std::string_view rest = name;
  if (!Eat(rest, kUsual) || !StartsWith(rest, "/")) return TakeUntil(name, '/');
  name = rest;
  return kUsual;
}

/// smtpd; or smtpd.local, a copy or a link that some keep for a service of its own.
std::optional<Daemon> DaemonOf(std::string_view name) {
  if (const auto daemon = PostfixDaemon(name)) return daemon;
  return name.find('.') == std::string_view::npos ? std::nullopt
                                                  : PostfixDaemon(TakeUntil(name, '.'));
}

struct Name {
  enum class Kind : std::uint8_t {
    kForeign,  // the last part is no Postfix daemon (`postfix/policyd-spf`)
    kBare,     // `postfix`
    kDaemon,
  };
  Kind kind = Kind::kForeign;
  Daemon daemon = Daemon::kOther;
  std::uint16_t first_size = 0;   // of the first part: the instance
  std::uint32_t middle_size = 0;  // of what comes after it and one slash; 0 for most
};
static_assert(sizeof(Name) == sizeof(NameNote));

constexpr std::size_t kMaxInstance = 0xffff;

Name ReadName(std::string_view program) {
  std::string_view rest = program;
  const std::size_t first_size = TakeInstance(rest).size();
  if (first_size > kMaxInstance) return {};
  Name name{.first_size = static_cast<std::uint16_t>(first_size)};
  if (!Eat(rest, '/')) {
    name.kind = Name::Kind::kBare;
    return name;
  }
  const auto last = TakeBack(rest, '/');
  const auto daemon = DaemonOf(last.value_or(rest));
  if (!daemon || name.first_size == 0) return name;
  name.kind = Name::Kind::kDaemon;
  name.daemon = *daemon;
  if (last) name.middle_size = static_cast<std::uint32_t>(rest.size());
  return name;
}

}  // namespace

bool Speaks(const Record& record) {
  if (record.speaker != Speaker::kProgram) return false;
  std::string_view rest = record.program;
  if (Eat(rest, "postfix") && (rest.empty() || rest.front() == '/')) return true;
  return SkipPast(rest, '/');
}

NameNote NoteName(std::string_view program) { return std::bit_cast<NameNote>(ReadName(program)); }

Event Parse(const Record& record, NameNote note, DialectMemory& memory) {
  const auto name = std::bit_cast<Name>(note);
  if (name.kind == Name::Kind::kForeign) return Foreign{};
  // The message of rsyslog's own template for RFC 5424 keeps the blank in front.
  Line line{.message = InParts(record.message),
            .syslog_name = FirstBytes(record.program, name.first_size),
            .daemon = name.daemon,
            .memory = memory};
  SkipSpaces(line.message);
  if (name.kind == Name::Kind::kBare) return ParseBare(line);
  if (name.middle_size > 0)
    line.middle = record.program.substr(name.first_size + 1, name.middle_size);
  return ParseLine(line);
}

}  // namespace maillog::postfix
