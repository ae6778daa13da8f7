// Makes other envelopes from lines in the traditional syslog form, so that one recorded log tests
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
  kCompose,                 ///< docker compose logs
  kDockerLogs,              ///< docker logs -t: a stamp before the line
  kDockerSyslog,            ///< Docker's syslog driver
  kLogHost,                 ///< a collecting host puts its header before the line
  kSecondHost,              ///< the same, with one header and two hosts
  kFreeBsd,                 ///< syslogd -v
  kAix,                     ///< `mail:info` before the tag
  kLogRead,                 ///< OpenWrt's logread: weekday, year, priority, no host
  kYearAfter,               ///< `Nov 21 10:00:00 2026`
  kFrench,                  ///< `nov. 21 10:00:00`
  kGrepPath,                ///< grep over files
  kBareTag,                 ///< no stamp and no host
  kTai64n,                  ///< multilog: TAI64N and the bare tag
  kSocklog,                 ///< svlogd -tt of what socklog writes
  kMacLevel,                ///< macOS: `<Info>` after the tag
  kPriorityPrefix,          ///< `mail.info<22>: `
  kBlanks,                  ///< indented
  kJournalJson,             ///< journalctl -o json
  kJournalExport,           ///< journalctl -o export, with data that looks like entries
  kRsyslogJson,             ///< rsyslog, with its tag
  kFluentBitJson,           ///< Fluent Bit, syslog
  kVectorJson,              ///< Vector, a file: the whole line in an object
  kFilebeatJson,            ///< Filebeat, a file
  kGelf,                    ///< GELF
  kFluentdFile,             ///< Fluentd's output plugin for files: columns before the object
  kSwarm,                   ///< docker service logs, in colours
  kStern,                   ///< stern: the pod and the container
  kGrepContext,             ///< grep -A
  kRfc5424WithoutPri,       ///< RFC 5424 after another host's header, which took the priority off
};

/// All of them.
[[nodiscard]] std::span<const Rewrapping> Rewrappings();

[[nodiscard]] std::string_view RewrappingName(Rewrapping to);

/// Whether the messages are in a different order afterwards.
[[nodiscard]] bool ChangesOrder(Rewrapping to);

/// `log` is lines `Mmm dd hh:mm:ss host prog[pid]: message`, each with its newline; a line in
/// another form is wrapped as it is if the wrapping allows that, otherwise left alone. The year is
/// taken to be 2026. The same seed gives the same cuts and the same order.
[[nodiscard]] std::string Rewrap(std::string_view log, Rewrapping to, std::uint64_t seed);

}  // namespace maillog::test
