#include "exporter/command/color.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "parser/encoding.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// The second byte of one in UTF-8, whose first is C2.
bool IsC1(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 && byte < 0xa0;
}

void AppendBytes(std::string& out, std::string_view bytes) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.append({'\\', 'x', kHexDigits[byte >> 4U], kHexDigits[byte & 15U]});
  }
}

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
  while (!text.empty()) {
    const char c = text.front();
    const auto byte = static_cast<unsigned char>(c);
    const bool c0 = (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7f;
    const bool c1 = byte == 0xc2 && text.size() > 1 && IsC1(text[1]);
    const std::size_t hidden = c0 ? 1 : c1 ? 2 : LeadingTurn(text);
    if (hidden == 0) shown += c;
    AppendBytes(shown, text.substr(0, hidden));
    text.remove_prefix(std::max<std::size_t>(hidden, 1));
  }
  return shown;
}

}  // namespace maillog
