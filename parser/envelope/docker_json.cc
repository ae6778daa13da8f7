#include "parser/envelope/container_readers.h"
#include "parser/envelope/json.h"
#include "parser/scan.h"

namespace maillog {
namespace {

void SetContent(std::string_view text, ContainerLine& read) {
  std::string_view rest = text;
  // A backslash before `\n` makes it a backslash and an n.
  const bool whole = EatBack(rest, "n") && CountBack(rest, '\\') % 2 != 0 && EatBack(rest, "\\");
  read.content = whole ? rest : text;
  read.partial = !whole;
}

/// False for a key that Docker does not write: then the object is a collector's.
bool SetMember(const JsonMember& member, ContainerLine& read, bool& has_log) {
  const bool is_text = member.kind == JsonKind::kText;
  if (member.key == "log" && is_text && !has_log) {
    SetContent(member.value, read);
    has_log = true;
  } else if (member.key == "stream" && is_text) {
    read.stream = member.value == "stderr" ? Stream::kStderr : Stream::kStdout;
  } else {
    return (member.key == "time" && is_text) || member.key == "attrs";
  }
  return true;
}

}  // namespace

std::optional<ContainerLine> ReadDockerJson(std::string_view line) {
  if (!Eat(line, '{')) return std::nullopt;
  ContainerLine read;
  bool has_log = false;
  do {
    const std::optional<JsonMember> member = TakeJsonMember(line);
    if (!member || !SetMember(*member, read, has_log)) return std::nullopt;
  } while (Eat(line, ','));
  if (!has_log || !Eat(line, '}')) return std::nullopt;
  if (read.stream == Stream::kNone) {  // Docker names it; a collector's text has no newline
    if (read.partial) return std::nullopt;
    read.stream = Stream::kStdout;
  }
  return read;
}

}  // namespace maillog
