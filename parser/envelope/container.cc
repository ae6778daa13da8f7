#include "parser/envelope/container.h"

#include <array>
#include <optional>

#include "parser/envelope/container_readers.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// By the first byte, so that syslog's traditional lines cost nothing.
std::optional<ContainerLine> ReadContainer(std::string_view line) {
  if (line.empty()) return std::nullopt;
  if (IsDigit(line.front())) return ReadCri(line);
  if (line.front() == '{') return ReadDockerJson(line);
  return std::nullopt;
}

}  // namespace

ContainerLine ParseContainerLine(std::string_view line, std::span<char> scratch) {
  (void)EatBack(line, "\n");
  (void)EatBack(line, "\r");
  std::optional<ContainerLine> read = ReadContainer(line);
  if (!read) return {};
  if (line.front() != '{') return *read;
  const std::optional<std::string_view> content = Unescaped(read->content, scratch);
  if (!content) return {};
  read->content = *content;
  return *read;
}

std::size_t WholeMessagesPrefix(std::string_view block) {
  std::string_view rest = block;
  if (!ReadContainer(TakeLine(rest)) && !ReadContainer(LastLine(block))) return block.size();
  std::array<bool, 2> open = {false, false};  // by stream: stdout, stderr
  std::size_t whole = 0;
  rest = block;
  while (!rest.empty()) {
    const std::optional<ContainerLine> line = ReadContainer(TakeLine(rest));
    if (line) open[line->stream == Stream::kStderr ? 1 : 0] = line->partial;
    if (!open[0] && !open[1]) whole = block.size() - rest.size();
  }
  return whole;
}

}  // namespace maillog
