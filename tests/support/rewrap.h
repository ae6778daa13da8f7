// Derives other envelopes from lines in the traditional syslog form, so that one recorded log tests
// them all: the same messages, as other daemons and container runtimes would have written them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace maillog::test {

enum class Rewrapping : std::uint8_t {
  kCrlf,                    ///< as it was, with CR LF
  kRfc3339,                 ///< rsyslog's RSYSLOG_FileFormat
  kRfc3164,                 ///< with `<PRI>`
  kRfc5424,                 ///< APP-NAME is the whole tag
  kRfc5424CutTag,           ///< rsyslog's built-in form: APP-NAME ends at the slash, two blanks
  kJournalShort,            ///< journalctl -o short: every tag has a pid
  kJournalShortIso,         ///< journalctl -o short-iso
  kJournalShortIsoPrecise,  ///< journalctl -o short-iso-precise
  kCri,                     ///< CRI, each message whole
  kCriPartial,              ///< CRI in fragments, stdout and stderr interleaved: the order changes
  kDockerJson,              ///< Docker json-file, each message whole
  kDockerJsonPartial,       ///< Docker json-file in fragments: the order changes
  kRfc5424InDockerJson,     ///< two envelopes, with more to escape
};

inline constexpr Rewrapping kRewrappings[] = {
    Rewrapping::kCrlf,
    Rewrapping::kRfc3339,
    Rewrapping::kRfc3164,
    Rewrapping::kRfc5424,
    Rewrapping::kRfc5424CutTag,
    Rewrapping::kJournalShort,
    Rewrapping::kJournalShortIso,
    Rewrapping::kJournalShortIsoPrecise,
    Rewrapping::kCri,
    Rewrapping::kCriPartial,
    Rewrapping::kDockerJson,
    Rewrapping::kDockerJsonPartial,
    Rewrapping::kRfc5424InDockerJson,
};

[[nodiscard]] std::string_view RewrappingName(Rewrapping to);

/// Whether the messages stand in another order afterwards.
[[nodiscard]] bool ChangesOrder(Rewrapping to);

/// `log` is lines `Mmm dd hh:mm:ss host prog[pid]: message`, each with its newline; a line of
/// another form is wrapped as it is where the wrapping allows, else left. The year is taken to be
/// 2026. The same seed gives the same places of cutting and the same order.
[[nodiscard]] std::string Rewrap(std::string_view log, Rewrapping to, std::uint64_t seed);

}  // namespace maillog::test
