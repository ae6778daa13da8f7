// THE LIST of wrappings, tried from top to bottom by the first byte of the line.
#include "parser/envelope/envelopes.h"

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "parser/envelope/usual_form.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct Wrapping {
  std::string_view name;
  bool (*may_begin_with)(char);
  bool (*read)(std::string_view line, Record& record);
};

constexpr ByteSet kEPostBegin("[ <-");
constexpr ByteSet kPMailServerBegin("[\"<(-");

constexpr Wrapping kWrappings[] = {
    {"syslog", [](char c) { return IsAlnum(c); }, &ReadSyslog},
    {"priority", [](char c) { return c == '<'; }, &ReadPriority},
    {"dovecot_file", [](char c) { return IsAlpha(c); }, &ReadDovecotFile},
    {"epost_log", [](char c) { return kEPostBegin.has(c) || IsAlnum(c); }, &ReadEPostLog},
    {"pmailserver_log", [](char c) { return kPMailServerBegin.has(c) || IsAlnum(c); },
     &ReadPMailServerLog},
    {"journal_header", [](char c) { return c == '-'; }, &ReadJournalHeader},
};

/// For each first byte, which rows of the list to try: bit i is row i.
using RowSet = std::uint8_t;
static_assert(std::size(kWrappings) <= 8 * sizeof(RowSet));

constexpr std::array<RowSet, 256> MakeRowsByFirstByte() {
  std::array<RowSet, 256> rows{};
  for (std::size_t byte = 0; byte < rows.size(); ++byte) {
    for (std::size_t row = 0; row < std::size(kWrappings); ++row) {
      const bool may = kWrappings[row].may_begin_with(static_cast<char>(byte));
      rows[byte] = static_cast<RowSet>(rows[byte] | (may ? 1U << row : 0U));
    }
  }
  return rows;
}
constexpr std::array<RowSet, 256> kRowsByFirstByte = MakeRowsByFirstByte();

/// Without CR, LF and NUL at the end, without NULs (left by a crash) and a byte order mark at the
/// beginning.
std::string_view Trimmed(std::string_view line) {
  while (!line.empty() && internal::IsLineEnd(line.back())) line.remove_suffix(1);
  while (Eat(line, '\0')) {
  }
  (void)Eat(line, "\xEF\xBB\xBF");
  return line;
}

/// Which rows of the list a format admits, and whose records.
struct Admission {
  Format format;
  RowSet rows;
  std::optional<Speaker> speaker;
};

constexpr RowSet RowsNamed(std::initializer_list<std::string_view> names) {
  RowSet rows = 0;
  for (std::size_t row = 0; row < std::size(kWrappings); ++row) {
    for (const std::string_view name : names) {
      if (kWrappings[row].name == name) rows = static_cast<RowSet>(rows | 1U << row);
    }
  }
  return rows;
}

constexpr RowSet kAllRows = 0xFF;
constexpr Admission kAdmissions[] = {
    {Format::kAuto, kAllRows, {}},
    {Format::kSyslog, RowsNamed({"syslog", "priority", "journal_header"}), Speaker::kProgram},
    {Format::kRfc5424, RowsNamed({"priority"}), Speaker::kProgram},
    {Format::kDovecot, RowsNamed({"syslog", "dovecot_file"}), Speaker::kDovecot},
    {Format::kPMailServer, RowsNamed({"pmailserver_log"}), Speaker::kPMailServer},
    {Format::kEPost, RowsNamed({"epost_log"}), Speaker::kEPost},
    {Format::kCri, kAllRows, {}},
    {Format::kDocker, kAllRows, {}},
};
static_assert(std::size(kAdmissions) == kFormatNames.size());

/// Field by field: faster than assigning a new record, and this is done for every line.
void Clear(Record& record) {
  record.stamp = {};
  record.host = {};
  record.program = {};
  record.message = {};
  record.times = 1;
  record.speaker = Speaker::kProgram;
}

/// The first row that reads the line; nullptr, and an empty record, if none does.
const Wrapping* Unwrap(std::string_view line, Record& record, const Admission& admission) {
  const RowSet begin = kRowsByFirstByte[static_cast<unsigned char>(line.front())];
  for (RowSet rows = begin & admission.rows; rows != 0;
       rows = static_cast<RowSet>(rows & (rows - 1))) {
    const Wrapping& wrapping = kWrappings[std::countr_zero(rows)];
    Clear(record);
    if (!wrapping.read(line, record)) continue;
    if (!admission.speaker || record.speaker == *admission.speaker) return &wrapping;
  }
  Clear(record);
  return nullptr;
}

}  // namespace

EnvelopeResult ParseEnvelope(std::string_view line, Record& record, Format format) {
  if (line.size() > kMaxMessageBytes) return EnvelopeResult::kMalformed;
  line = Trimmed(line);
  if (line.empty()) return EnvelopeResult::kMalformed;
  const Admission& admission = kAdmissions[static_cast<std::size_t>(format)];
  const Wrapping* const wrapping = Unwrap(line, record, admission);
  if (wrapping == nullptr) return EnvelopeResult::kMalformed;
  return record.speaker == Speaker::kProgram ? ReadRepeats(record) : EnvelopeResult::kRecord;
}

std::string_view EnvelopeName(std::string_view line) {
  Record record;
  line = Trimmed(line);
  if (line.empty() || line.size() > kMaxMessageBytes) return {};
  const Wrapping* const wrapping = Unwrap(line, record, kAdmissions[0]);
  if (wrapping == nullptr) return {};
  return record.speaker == Speaker::kDovecot ? "dovecot_file" : wrapping->name;
}

}  // namespace maillog
