#include "exporter/command/color.h"

#include <unistd.h>

#include <cstdlib>

#include "parser/scan.h"

namespace maillog {
namespace {

bool IsSet(const char* value) { return value != nullptr && *value != '\0'; }

}  // namespace

Terminal TerminalOfOutput() {
  return {.is_one = ::isatty(STDOUT_FILENO) == 1,
          .no_color = std::getenv("NO_COLOR"),
          .term = std::getenv("TERM")};
}

bool WantsColor(ColorWhen when, const Terminal& terminal) {
  if (when != ColorWhen::kAuto) return when == ColorWhen::kAlways;
  const bool dumb = terminal.term == nullptr || std::string_view(terminal.term) == "dumb";
  return terminal.is_one && !IsSet(terminal.no_color) && !dumb;
}

std::string WithVisibleControls(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool c0 = (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7f;
    const bool c1 = before == 0xc2 && byte >= 0x80 && byte < 0xa0;
    before = byte;
    if (!c0 && !c1) {
      shown += c;
      continue;
    }
    if (c1) shown.replace(shown.size() - 1, 1, "\\xc2");
    shown += "\\x";
    shown += kHexDigits[byte >> 4U];
    shown += kHexDigits[byte & 15U];
  }
  return shown;
}

}  // namespace maillog
