#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "parser/envelope/json.h"
#include "parser/envelope/log_fields.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

enum class Part : std::uint8_t { kMessage, kProgram, kHost, kStamp };
constexpr std::size_t kParts = 4;

/// THE LIST of keys. Of several for one part the first in the list is taken. A dot leads into an
/// object, or is in the key.
struct Key {
  std::string_view path;
  Part part;
  bool is_of_others = false;  ///< mostly a collector's own word: taken if it is a server's program
};
constexpr Key kKeys[] = {
    // journalctl, Vector's journald source
    {"MESSAGE", Part::kMessage},
    {"SYSLOG_IDENTIFIER", Part::kProgram},
    {"_HOSTNAME", Part::kHost},
    {"__REALTIME_TIMESTAMP", Part::kStamp},
    // Filebeat and other writers of the Elastic Common Schema
    {"log.syslog.appname", Part::kProgram},
    {"syslog.identifier", Part::kProgram},
    {"syslog.appname", Part::kProgram},
    {"process.name", Part::kProgram},
    {"log.syslog.hostname", Part::kHost},
    {"host.hostname", Part::kHost},
    {"host.name", Part::kHost},
    // rsyslog's tag is not cut at the slash
    {"syslogtag", Part::kProgram},
    // GELF
    {"short_message", Part::kMessage},
    {"_application_name", Part::kProgram},
    {"_program", Part::kProgram},
    {"_programname", Part::kProgram},
    {"_appname", Part::kProgram},
    // Logstash's patterns for syslog
    {"syslog_message", Part::kMessage},
    {"syslog_program", Part::kProgram},
    {"syslog_hostname", Part::kHost},
    {"syslog_timestamp", Part::kStamp},
    {"logsource", Part::kHost},
    // rsyslog, syslog-ng, Fluent Bit, fluentd, Vector
    {"message", Part::kMessage},
    {"msg", Part::kMessage},
    {"ident", Part::kProgram},
    {"appname", Part::kProgram},
    {"app-name", Part::kProgram},
    {"app_name", Part::kProgram},
    {"programname", Part::kProgram},
    {"program", Part::kProgram},
    {"PROGRAM", Part::kProgram},
    {"identifier", Part::kProgram},
    {"hostname", Part::kHost},
    {"sysloghost", Part::kHost},
    {"host", Part::kHost},
    {"HOST", Part::kHost},
    {"@timestamp", Part::kStamp},
    {"timestamp", Part::kStamp},
    {"timereported", Part::kStamp},
    {"time", Part::kStamp},
    {"date", Part::kStamp},
    {"ISODATE", Part::kStamp},
    {"DATE", Part::kStamp},
    {"timegenerated", Part::kStamp},
    // NXLog
    {"Message", Part::kMessage},
    {"SourceName", Part::kProgram},
    {"Hostname", Part::kHost},
    {"EventTime", Part::kStamp},
    // whole lines: of a container, as Fluent Bit and others keep them; Loki, Google, Splunk
    {"log", Part::kMessage},
    {"line", Part::kMessage},
    {"textPayload", Part::kMessage},
    {"event", Part::kMessage},
    {"event.original", Part::kMessage},
    {"tag", Part::kProgram, true},
    {"_tag", Part::kProgram, true},
    {"app", Part::kProgram, true},
    // the journal, where a program gave no name
    {"_COMM", Part::kProgram},
};
constexpr std::size_t kKeyCount = std::size(kKeys);
static_assert(kKeyCount <= 64);

/// Objects in objects deeper than this hold nothing that is wanted.
constexpr std::size_t kDeepest = 3;

/// The values found, by key.
class Finds {
 public:
  /// Keeps the member if its key is of the list; false if that was there before.
  bool Keep(std::string_view path, const JsonMember& member) {
    for (std::size_t i = 0; i < kKeyCount; ++i) {
      if (!SameText(kKeys[i].path, path)) continue;
      const std::uint64_t bit = std::uint64_t{1} << i;
      if ((found_ & bit) != 0) return false;
      found_ |= bit;
      members_[i] = member;
    }
    return true;
  }
  /// The first of the list for this part; nullptr if there is none.
  [[nodiscard]] const JsonMember* Of(Part part) const {
    for (std::size_t i = 0; i < kKeyCount; ++i) {
      if (kKeys[i].part == part && (found_ >> i & 1U) != 0 && IsUsable(kKeys[i], members_[i]))
        return &members_[i];
    }
    return nullptr;
  }

 private:
  static bool IsUsable(const Key& key, const JsonMember& member) {
    const Part part = key.part;
    if (key.is_of_others && !IsOurProgram(ProgramOf(member.value))) return false;
    if (member.kind == JsonKind::kText) return part == Part::kMessage || !member.value.empty();
    if (part == Part::kMessage) return member.kind == JsonKind::kArray;
    return part == Part::kStamp && member.kind == JsonKind::kOther;
  }

  std::uint64_t found_ = 0;
  std::array<JsonMember, kKeyCount> members_{};
};

/// `log.syslog.` and a key after it.
class Path {
 public:
  /// False if it gets longer than any of the list.
  bool Set(std::size_t parent_size, std::string_view key) {
    if (parent_size + key.size() > text_.size()) return false;
    std::copy(key.begin(), key.end(), text_.begin() + static_cast<std::ptrdiff_t>(parent_size));
    size_ = parent_size + key.size();
    return true;
  }
  /// Where the keys of an object that is at this path begin; nothing if there is no room.
  std::optional<std::size_t> Enter() {
    return Set(size_, ".") ? std::optional(size_) : std::nullopt;
  }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 32> text_{};
  std::size_t size_ = 0;
};

/// Members of the object at the front of `text`, and of those in it.
bool Walk(std::string_view text, std::size_t depth, std::size_t parent_size, Path& path,
          Finds& finds) {
  std::string_view empty = text;
  if (!Eat(text, '{')) return false;
  if (Eat(empty, "{}")) return empty.empty();
  do {
    const std::optional<JsonMember> member = TakeJsonMember(text);
    if (!member) return false;
    if (!path.Set(parent_size, member->key)) continue;
    if (member->kind != JsonKind::kObject) {
      if (!finds.Keep(path.text(), *member)) return false;
    } else if (const auto inside = path.Enter(); inside && depth < kDeepest) {
      if (!Walk(member->value, depth + 1, *inside, path, finds)) return false;
    }
  } while (Eat(text, ','));
  return text == "}";
}

/// What is left of the scratch after a view that may be at its front.
std::span<char> After(std::string_view used, std::span<char> scratch) {
  return LiesIn(used, {scratch.data(), scratch.size()}) ? scratch.subspan(used.size()) : scratch;
}

/// Of a text, or of an array: of bytes, or the values of a field that an entry of the journal has
/// more than once, of which the first counts.
std::optional<std::string_view> TextOf(const JsonMember& member, std::span<char> scratch) {
  if (member.kind == JsonKind::kText) return Unescaped(member.value, scratch);
  std::string_view array = member.value;
  if (member.key != "MESSAGE" || !Eat(array, "[\"")) return BytesOf(member.value, scratch);
  const std::optional<std::string_view> first = TakeQuoted(array);
  return first ? Unescaped(*first, scratch) : std::nullopt;
}

std::optional<std::string_view> MessageOf(const JsonMember& member, std::span<char> scratch) {
  const std::span<char> most = scratch.first(kMaxMessageBytes + 1);
  const std::optional<std::string_view> text = TextOf(member, most);
  if (!text) return std::nullopt;
  return OneLine(*text, most);
}

}  // namespace

std::optional<LogFields> ReadJsonFields(std::string_view line, std::span<char> scratch) {
  while (EatBack(line, "\r") || EatBack(line, " ")) continue;
  Finds finds;
  Path path;
  if (!Walk(line, 0, 0, path, finds)) return std::nullopt;
  const JsonMember* const found = finds.Of(Part::kMessage);
  if (found == nullptr) return std::nullopt;
  const std::optional<std::string_view> message = MessageOf(*found, scratch);
  if (!message) return std::nullopt;
  LogFields fields{.message = *message};
  std::span<char> left = After(*message, scratch);
  const auto set = [&](Part part, std::string_view& field) {
    const JsonMember* const member = finds.Of(part);
    if (member == nullptr) return true;
    const std::optional<std::string_view> text = Unescaped(member->value, left);
    if (!text) return false;
    field = *text;
    left = After(field, left);
    return true;
  };
  if (!set(Part::kProgram, fields.program) || !set(Part::kHost, fields.host) ||
      !set(Part::kStamp, fields.stamp)) {
    return std::nullopt;
  }
  return fields;
}

}  // namespace maillog
