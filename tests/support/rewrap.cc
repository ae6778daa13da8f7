#include "tests/support/rewrap.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <deque>
#include <random>
#include <vector>

#include "parser/encoding.h"
#include "parser/label.h"
#include "parser/scan.h"

namespace maillog::test {
namespace {

/// `Nov 21 10:00:00 mx postfix/smtpd[1234]: message`, taken apart without the parser's help.
struct Parts {
  std::string_view month, day, time, host, program, pid, message;
};

bool TakeApart(std::string_view line, Parts& parts) {
  if (!StartsLike<"AAA __ 00:00:00 ">(line)) return false;
  parts.month = line.substr(0, 3);
  parts.day = line.substr(4, 2);
  parts.time = line.substr(7, 8);
  line.remove_prefix(16);
  const std::size_t host = line.find(' ');
  const std::size_t colon = line.find(": ", host);
  if (host == std::string_view::npos || colon == std::string_view::npos) return false;
  parts.host = line.substr(0, host);
  parts.message = line.substr(colon + 2);
  const std::string_view tag = line.substr(host + 1, colon - host - 1);
  const std::size_t bracket = tag.find('[');
  parts.program = tag.substr(0, bracket);
  if (bracket != std::string_view::npos) parts.pid = tag.substr(bracket + 1);
  if (!parts.pid.empty()) parts.pid.remove_suffix(1);
  return tag.find(' ') == std::string_view::npos;
}

/// `2026-11-21T10:00:00`
std::string IsoSecond(const Parts& parts) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::size_t month = kMonths.find(parts.month) / 3 + 1;
  std::string day(parts.day);
  if (day[0] == ' ') day[0] = '0';
  return "2026-" + std::string(month < 10 ? "0" : "") + std::to_string(month) + "-" + day + "T" +
         std::string(parts.time);
}

std::string Tag(const Parts& parts, std::string_view pid) {
  std::string tag(parts.program);
  if (!pid.empty()) tag.append("[").append(pid).append("]");
  return tag + ": ";
}

std::string Joined(std::initializer_list<std::string_view> texts) {
  std::string joined;
  for (const std::string_view text : texts) joined += text;
  return joined;
}

std::string Rfc5424(const Parts& parts, Rewrapping to) {
  const bool cut = to == Rewrapping::kRfc5424CutTag;
  std::string_view program = parts.program;
  if (cut) program = program.substr(0, program.find('/'));
  return Joined({"<22>1 ", IsoSecond(parts), ".437666+00:00 ", parts.host, " ", program, " ",
                 parts.pid.empty() ? "-" : parts.pid, " - - ", cut ? " " : "", parts.message});
}

std::string JsonEscaped(std::string_view text);

std::string Text(std::string_view key, std::string_view value) {
  return Joined({"\"", key, "\":\"", JsonEscaped(value), "\""});
}

/// As journalctl writes it: what is not text becomes an array of its bytes.
std::string JournalJson(const Parts& parts) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  const bool is_text = IsValidUtf8(parts.message) &&
                       std::none_of(parts.message.begin(), parts.message.end(), is_control);
  std::string message = is_text ? Text("MESSAGE", parts.message) : "\"MESSAGE\":[";
  for (const char c : is_text ? std::string_view{} : parts.message) {
    message += (message.ends_with('[') ? "" : ",") + std::to_string(static_cast<unsigned char>(c));
  }
  return Joined({"{\"__REALTIME_TIMESTAMP\":\"1795281448373224\",\"PRIORITY\":\"6\",",
                 Text("SYSLOG_IDENTIFIER", parts.program), ",", message, is_text ? "" : "]", ",",
                 Text("_HOSTNAME", parts.host), ",\"_PID\":\"", parts.pid, "\"}"});
}

/// A field in the form that the export uses for what is not text.
std::string Binary(std::string_view name, std::string_view data) {
  std::string length;
  for (int i = 0; i < 8; ++i) length += static_cast<char>(data.size() >> (8 * i) & 0xFF);
  return Joined({name, "\n", length, data, "\n"});
}

std::string JournalExport(const Parts& parts) {
  const bool has_data = parts.message.size() % 3 == 0;
  const std::string made_up = Joined(
      {"\n\n__CURSOR=s=2\nSYSLOG_IDENTIFIER=postfix/smtpd\nMESSAGE=", parts.message, "\n\n"});
  return Joined({"__CURSOR=s=1\n__REALTIME_TIMESTAMP=1795281448373224\n_HOSTNAME=", parts.host,
                 "\n", has_data ? Binary("DATA", made_up) : "PRIORITY=6\n",
                 "SYSLOG_IDENTIFIER=", parts.program, "\n",
                 parts.message.size() % 2 == 0 ? Binary("MESSAGE", parts.message)
                                               : Joined({"MESSAGE=", parts.message, "\n"}),
                 "_PID=", parts.pid, "\n"});
}

std::string FrenchMonth(std::string_view month) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  constexpr auto kFrench =
      std::to_array<std::string_view>({"janv.", "févr.", "mars", "avril", "mai", "juin", "juil.",
                                       "août", "sept.", "oct.", "nov.", "déc."});
  return std::string(kFrench[kMonths.find(month) / 3]);
}

/// A program in the recordings that belongs to no server: a second host before its tag is not
/// believed.
constexpr std::string_view kNoServer = "postfix/lab";

/// What collectors and similar programs make of a line.
std::string Collected(std::string_view line, const Parts& parts, Rewrapping to) {
  constexpr std::string_view kTai64n = "@400000005f0e1b2c0a1b2c3d ";
  const std::string stamp = Joined({parts.month, " ", parts.day, " ", parts.time});
  const std::string iso = IsoSecond(parts);
  const std::string tagged = Joined({Tag(parts, parts.pid), parts.message});
  const std::string with_pid =
      Joined({Tag(parts, parts.pid.empty() ? "1" : parts.pid), parts.message});
  switch (to) {
    case Rewrapping::kCompose:
      return Joined({"mailserver-1  | ", line});
    case Rewrapping::kDockerLogs:
      return Joined({iso, ".123456789Z ", line});
    case Rewrapping::kDockerSyslog:
      return Joined({"Nov 21 10:00:00 node docker/mail[812]: ", line});
    case Rewrapping::kLogHost:
      return Joined({"Nov 21 10:00:00 192.0.2.1 ", line});
    case Rewrapping::kSecondHost:
      if (parts.program == kNoServer) return std::string(line);
      return Joined({stamp, " 192.0.2.1 ", parts.host, " ", tagged});
    case Rewrapping::kFreeBsd:
      return Joined({stamp, " <mail.info> ", parts.host, " ", tagged});
    case Rewrapping::kAix:
      return Joined({stamp, " ", parts.host, " mail:info ", tagged});
    case Rewrapping::kLogRead:
      return Joined({"Sat ", stamp, " 2026 mail.info ", tagged});
    case Rewrapping::kYearAfter:
      return Joined({"Sat ", stamp, " 2026 ", parts.host, " ", tagged});
    case Rewrapping::kFrench:
      return Joined({FrenchMonth(parts.month), " ", parts.day, " ", parts.time, " ", parts.host,
                     " ", tagged});
    case Rewrapping::kGrepPath:
      return Joined({"/var/log/mail.log.1:17:", line});
    case Rewrapping::kBareTag:
      return with_pid;
    case Rewrapping::kTai64n:
      return Joined({kTai64n, with_pid});
    case Rewrapping::kSocklog:
      return Joined({iso.substr(0, 10), "_", parts.time, ".12345 mail.info: ", stamp, " ", tagged});
    case Rewrapping::kMacLevel:
      return Joined({stamp, " ", parts.host, " ", parts.program, "[1] <Info>: ", parts.message});
    case Rewrapping::kPriorityPrefix:
      return Joined({"mail.info<22>: ", line});
    case Rewrapping::kBlanks:
      return Joined({"    ", line});
    case Rewrapping::kJournalJson:
      return JournalJson(parts);
    case Rewrapping::kJournalExport:
      return JournalExport(parts);
    case Rewrapping::kRsyslogJson:
      return Joined({"{", Text("@timestamp", iso), ",", Text("host", parts.host), ",",
                     Text("syslogtag", Tag(parts, parts.pid)), ",", Text("msg", parts.message),
                     "}"});
    case Rewrapping::kFluentBitJson:
      return Joined({"{\"date\":1795222800.123,", Text("ident", parts.program), ",\"pid\":\"",
                     parts.pid, "\",", Text("message", parts.message), "}"});
    case Rewrapping::kVectorJson:
      return Joined({"{\"file\":\"/var/log/mail.log\",\"host\":\"node\",", Text("message", line),
                     ",\"source_type\":\"file\"}"});
    case Rewrapping::kFilebeatJson:
      return Joined({"{\"@timestamp\":\"", iso, "Z\",\"log\":{\"offset\":1},",
                     Text("message", line), ",\"host\":{\"name\":\"node\"}}"});
    case Rewrapping::kGelf:
      return Joined({"{\"version\":\"1.1\",", Text("short_message", parts.message), ",",
                     Text("_program", parts.program), ",\"level\":6}"});
    case Rewrapping::kFluentdFile:
      return Joined({iso, "+09:00\tmail.log\t{", Text("ident", parts.program), ",",
                     Text("message", parts.message), "}"});
    case Rewrapping::kSwarm:
      return Joined({"\x1b[33mmail_smtp.1.x7k3j9z2abcd@node1    |\x1b[0m ", line});
    case Rewrapping::kStern:
      return Joined({"mail-0 postfix ", line});
    case Rewrapping::kGrepContext:
      return Joined({"/var/log/mail.log-20261121-17-", line});
    case Rewrapping::kRfc5424WithoutPri:
      return Joined({"Nov 21 10:00:00 192.0.2.1 1 ", iso, "Z ", parts.host, " ", parts.program,
                     " - - - ", parts.message});
    default:
      return std::string(line);
  }
}

std::string RewrapLine(std::string_view line, Rewrapping to) {
  Parts parts;
  if (!TakeApart(line, parts)) return std::string(line);
  const std::string_view pid = parts.pid.empty() ? "4711" : parts.pid;
  const std::string rest = Joined({" ", parts.host, " ", Tag(parts, parts.pid), parts.message});
  const std::string with_pid = Joined({" ", parts.host, " ", Tag(parts, pid), parts.message});
  switch (to) {
    case Rewrapping::kRfc3339:
      return IsoSecond(parts) + ".437666+09:00" + rest;
    case Rewrapping::kRfc3164:
      return "<22>" + std::string(line);
    case Rewrapping::kRfc5424:
    case Rewrapping::kRfc5424CutTag:
      return Rfc5424(parts, to);
    case Rewrapping::kJournalShort:
      return Joined({parts.month, " ", parts.day, " ", parts.time, with_pid});
    case Rewrapping::kJournalShortIso:
      return IsoSecond(parts) + "+0000" + with_pid;
    case Rewrapping::kJournalShortIsoPrecise:
      return IsoSecond(parts) + ".373194+0000" + with_pid;
    case Rewrapping::kRfc5424InDockerJson:
      return Rfc5424(parts, Rewrapping::kRfc5424);
    default:
      return Collected(line, parts, to);
  }
}

std::string JsonEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
      std::array<char, 8> escape{};
      (void)std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out;
}

constexpr std::string_view kStamp = "2026-11-21T10:00:00.123456789Z";

struct Fragment {
  std::string text;
  bool last = true;
};

std::string CriLine(const Fragment& fragment, std::string_view stream) {
  return Joined({kStamp, " ", stream, fragment.last ? " F " : " P ", fragment.text, "\n"});
}

std::string DockerLine(const Fragment& fragment, std::string_view stream) {
  return Joined({R"({"log":")", JsonEscaped(fragment.text), fragment.last ? "\\n" : "",
                 R"(","stream":")", stream, R"(","time":")", kStamp, "\"}\n"});
}

using Random = std::mt19937_64;

/// Every third line in up to four pieces, some of them empty.
void Cut(std::string_view line, Random& random, std::deque<Fragment>& fragments) {
  const std::size_t cuts = random() % 3 == 0 ? random() % 3 + 1 : 0;
  for (std::size_t i = 0; i < cuts; ++i) {
    const std::size_t at = random() % (line.size() + 1);
    fragments.push_back({std::string(line.substr(0, at)), false});
    line.remove_prefix(at);
  }
  fragments.push_back({std::string(line), true});
}

std::string InFragments(const std::vector<std::string>& lines, Rewrapping to, std::uint64_t seed) {
  Random random(seed);
  std::array<std::deque<Fragment>, 2> streams;
  for (const std::string& line : lines) Cut(line, random, streams[random() % 4 == 0 ? 1 : 0]);
  std::string log;
  while (!streams[0].empty() || !streams[1].empty()) {
    const std::size_t which =
        random() % (streams[0].size() + streams[1].size()) < streams[0].size() ? 0 : 1;
    const std::string_view name = which == 0 ? "stdout" : "stderr";
    const Fragment& fragment = streams[which].front();
    log += to == Rewrapping::kCriPartial ? CriLine(fragment, name) : DockerLine(fragment, name);
    streams[which].pop_front();
  }
  return log;
}

std::string WholeLine(const std::string& line, Rewrapping to) {
  switch (to) {
    case Rewrapping::kCri:
      return CriLine({line}, "stdout");
    case Rewrapping::kDockerJson:
    case Rewrapping::kRfc5424InDockerJson:
      return DockerLine({line}, "stderr");
    case Rewrapping::kCrlf:
      return line + "\r\n";
    default:
      return line + "\n";
  }
}

constexpr auto kNames = [] {
  using enum Rewrapping;
  return LabelTexts<Rewrapping>({
      {kCrlf, "crlf"},
      {kRfc3339, "rfc3339"},
      {kRfc3164, "rfc3164"},
      {kRfc5424, "rfc5424"},
      {kRfc5424CutTag, "rfc5424_cut_tag"},
      {kJournalShort, "journal_short"},
      {kJournalShortIso, "journal_short_iso"},
      {kJournalShortIsoPrecise, "journal_short_iso_precise"},
      {kCri, "cri"},
      {kCriPartial, "cri_partial"},
      {kDockerJson, "docker_json"},
      {kDockerJsonPartial, "docker_json_partial"},
      {kRfc5424InDockerJson, "rfc5424_in_docker_json"},
      {kCompose, "compose"},
      {kDockerLogs, "docker_logs"},
      {kDockerSyslog, "docker_syslog"},
      {kLogHost, "log_host"},
      {kSecondHost, "second_host"},
      {kFreeBsd, "free_bsd"},
      {kAix, "aix"},
      {kLogRead, "log_read"},
      {kYearAfter, "year_after"},
      {kFrench, "french"},
      {kGrepPath, "grep_path"},
      {kBareTag, "bare_tag"},
      {kTai64n, "tai64n"},
      {kSocklog, "socklog"},
      {kMacLevel, "mac_level"},
      {kPriorityPrefix, "priority_prefix"},
      {kBlanks, "blanks"},
      {kJournalJson, "journal_json"},
      {kJournalExport, "journal_export"},
      {kRsyslogJson, "rsyslog_json"},
      {kFluentBitJson, "fluent_bit_json"},
      {kVectorJson, "vector_json"},
      {kFilebeatJson, "filebeat_json"},
      {kGelf, "gelf"},
      {kFluentdFile, "fluentd_file"},
      {kSwarm, "swarm"},
      {kStern, "stern"},
      {kGrepContext, "grep_context"},
      {kRfc5424WithoutPri, "rfc5424_without_pri"},
  });
}();

}  // namespace

std::string_view RewrappingName(Rewrapping to) { return kNames[static_cast<std::size_t>(to)]; }

std::span<const Rewrapping> Rewrappings() {
  static constexpr auto kAll = [] {
    std::array<Rewrapping, kNames.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Rewrapping>(i);
    return all;
  }();
  return kAll;
}

bool ChangesOrder(Rewrapping to) {
  return to == Rewrapping::kCriPartial || to == Rewrapping::kDockerJsonPartial;
}

std::string Rewrap(std::string_view log, Rewrapping to, std::uint64_t seed) {
  std::vector<std::string> lines;
  while (!log.empty()) lines.push_back(RewrapLine(TakeLine(log), to));
  if (ChangesOrder(to)) return InFragments(lines, to, seed);
  std::string rewrapped;
  for (const std::string& line : lines) rewrapped += WholeLine(line, to);
  return rewrapped;
}

}  // namespace maillog::test
