#include "parser/envelope/container_readers.h"
#include "parser/envelope/stamp.h"
#include "parser/scan.h"

namespace maillog {
namespace {

Stream TakeStream(std::string_view& text) {
  if (Eat(text, "stdout ")) return Stream::kStdout;
  if (Eat(text, "stderr ")) return Stream::kStderr;
  return Stream::kNone;
}

}  // namespace

std::optional<ContainerLine> ReadCri(std::string_view line) {
  std::string_view text = line;
  ContainerLine read;
  (void)TakeUntil(text, ' ');
  if (!Eat(text, ' ')) return std::nullopt;
  read.stream = TakeStream(text);  // before the stamp is looked at: syslog ends here
  std::string_view stamp = line;
  if (read.stream == Stream::kNone || !EatIsoStamp(stamp)) return std::nullopt;
  // Tags are separated by colons; the first says whether the message is whole.
  std::string_view tags = TakeUntil(text, ' ');
  const std::string_view tag = TakeUntil(tags, ':');
  if (tag != "F" && tag != "P") return std::nullopt;
  read.partial = tag == "P";
  (void)Eat(text, ' ');
  read.content = text;
  return read;
}

}  // namespace maillog
