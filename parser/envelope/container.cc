#include "parser/envelope/container.h"

#include <optional>

#include "parser/envelope/container_readers.h"
#include "parser/envelope/journal_export.h"
#include "parser/envelope/json.h"
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

void Follow(const ContainerLine& line, StreamSet& open) {
  if (line.partial) {
    open.Add(line.stream);
  } else {
    open.Remove(line.stream);
  }
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

bool BeginsOrEndsAsContainers(std::string_view block) {
  std::string_view rest = block;
  return ReadContainer(TakeLine(rest)) || ReadContainer(LastLine(block));
}

std::size_t WholeMessagesPrefix(std::string_view block, StreamSet given_up) {
  if (BeginsEntry(block)) return WholeEntriesPrefix(block);
  if (given_up.empty() && !BeginsOrEndsAsContainers(block)) return block.size();
  StreamSet open;
  std::size_t whole = 0;
  std::string_view rest = block;
  while (!rest.empty()) {
    const std::optional<ContainerLine> line = ReadContainer(TakeLine(rest));
    if (line && given_up.contains(line->stream)) {
      if (!line->partial) given_up.Remove(line->stream);
    } else if (line) {
      Follow(*line, open);
    }
    if (open.empty()) whole = block.size() - rest.size();
  }
  return whole;
}

StreamSet OpenAfter(std::string_view block, StreamSet open) {
  while (!block.empty()) {
    if (const std::optional<ContainerLine> line = ReadContainer(TakeLine(block))) {
      Follow(*line, open);
    }
  }
  return open;
}

}  // namespace maillog
