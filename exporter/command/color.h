// Colour on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/config/options.h"

namespace maillog {

/// What the environment says about colours.
struct Terminal {
  bool is_one = false;             ///< whether the output is a terminal
  const char* no_color = nullptr;  ///< $NO_COLOR; if set to anything, it asks for none
  const char* term = nullptr;      ///< $TERM; `dumb` can show none
};

/// Of standard output.
[[nodiscard]] Terminal TerminalOfOutput();
[[nodiscard]] bool WantsColor(ColorWhen when, const Terminal& terminal);

/// What stands out from the rest, by escape sequences (ECMA-48, SGR) of the sixteen usual colours.
/// All are empty where there is no colour.
struct Palette {
  std::string_view event;    ///< the kind of an event
  std::string_view trouble;  ///< of a line that is not understood
  std::string_view metric;
  std::string_view value;  ///< of a label
  std::string_view number;
  std::string_view faint;
  std::string_view end;  ///< as it was before
  /// Whether control characters of a log are written as they are. To a terminal they would be
  /// commands, and anybody who sends mail can put some into a log.
  bool raw_controls = true;
};
inline constexpr Palette kNoColors{};
inline constexpr Palette kColors{.event = "\x1b[1;34m",
                                 .trouble = "\x1b[1;31m",
                                 .metric = "\x1b[32m",
                                 .value = "\x1b[33m",
                                 .number = "\x1b[1m",
                                 .faint = "\x1b[2m",
                                 .end = "\x1b[0m"};

/// `text` with `\xHH` in place of what a terminal takes for a command: C0 except tab and newline,
/// DEL, and C1 as UTF-8; and of what turns the direction of text. All other bytes stay.
[[nodiscard]] std::string WithVisibleControls(std::string_view text);

}  // namespace maillog
