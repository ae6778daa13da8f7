#include "parser/dialect/pmailserver/report.h"

#include <array>

#include "parser/scan.h"

namespace maillog::pmailserver {
namespace {

constexpr ByteSet kAround(" \t\r\"'()[]{}");
constexpr ByteSet kSeparators("\t, ");

/// Why the mail was not delivered, by code; the first is for 0, which is not a failure.
constexpr std::array<Reason, MtaReportCode::kCount> kReasons{Reason::kOther,
                                                             Reason::kConnectionRefused,
                                                             Reason::kHeloRejected,
                                                             Reason::kSenderRejected,
                                                             Reason::kRecipientRejected,
                                                             Reason::kContent,
                                                             Reason::kContent,
                                                             Reason::kExpired,
                                                             Reason::kConnectionLost,
                                                             Reason::kExpired,
                                                             Reason::kDnsError,
                                                             Reason::kAuth,
                                                             Reason::kConnectionTimeout,
                                                             Reason::kHostNotFound,
                                                             Reason::kLocalError,
                                                             Reason::kLocalError,
                                                             Reason::kConnectionTimeout,
                                                             Reason::kContent};

std::string_view Bare(std::string_view column) {
  while (!column.empty() && kAround.has(column.front())) column.remove_prefix(1);
  while (!column.empty() && kAround.has(column.back())) column.remove_suffix(1);
  return column;
}

std::optional<MtaReportCode> CodeIn(std::string_view column) {
  std::string_view text = Bare(column);
  std::string_view rest = text;
  if (EqualFold(TakeWhile(rest, IsAlpha), "code") && (Eat(rest, '=') || Eat(rest, ':'))) {
    text = Bare(rest);
  }
  const bool is_minus = Eat(text, '-');
  const auto number = text.size() <= 2 ? ParseUint(text) : std::nullopt;
  if (!number || *number >= MtaReportCode::kCount || (*number > 0 && !is_minus)) {
    return std::nullopt;
  }
  return MtaReportCode(*number);
}

bool IsAddress(std::string_view column) { return column.find('@') != std::string_view::npos; }

/// No sender: `<>`, `-`, `""`, or nothing between two separators.
bool IsNobody(std::string_view column) {
  const std::string_view bare = Bare(column);
  return bare.empty() || bare == "<>" || bare == "-";
}

MtaReport Report(MtaReportCode code) {
  MtaReport report;
  report.server = Server::kPMailServer;
  report.agent = Agent::kSmtp;
  report.next_hop = NextHop::kRemote;
  report.status = code.index() == 0 ? DeliveryStatus::kSent : DeliveryStatus::kBounced;
  report.reason = kReasons[code.index()];
  report.code = code;
  report.result = {code};
  return report;
}

std::optional<MtaReport> ReadColumns(std::string_view line, char separator) {
  std::optional<MtaReportCode> code;
  bool has_address = false;
  for (bool more = true; more;) {
    const std::string_view column = TakeUntil(line, separator);
    more = Eat(line, separator);
    if (const auto found = CodeIn(column)) code = found;
    has_address = has_address || IsAddress(column);
  }
  if (!code || !has_address) return std::nullopt;
  return Report(*code);
}

}  // namespace

std::optional<MtaReport> ReadReport(std::string_view line) {
  for (const char separator : {'\t', ',', ' '}) {
    if (line.find(separator) == std::string_view::npos) continue;
    if (const auto report = ReadColumns(line, separator)) return report;
  }
  return std::nullopt;
}

std::optional<MtaReport> ReadBareReport(std::string_view text) {
  std::optional<MtaReportCode> code;
  bool has_address = false;
  while (!text.empty()) {
    const std::string_view column = TakeUntilAny(text, kSeparators);
    if (!text.empty()) text.remove_prefix(1);
    if (code && !Bare(column).empty()) return std::nullopt;  // the code is last
    code = CodeIn(column);
    has_address = has_address || IsAddress(column);
    if (!code && !IsAddress(column) && !IsNobody(column)) return std::nullopt;
  }
  if (!code || !has_address) return std::nullopt;
  return Report(*code);
}

}  // namespace maillog::pmailserver
