// THE LIST of wrappings, tried from top to bottom by the first byte of the line.
#include "parser/envelope/envelopes.h"

#include <array>
#include <bit>
#include <cstdint>
#include <initializer_list>
#include <optional>

#include "parser/envelope/prefixes.h"
#include "parser/envelope/relay.h"
#include "parser/envelope/usual_form.h"
#include "parser/envelope/wrappings.h"
#include "parser/label.h"
#include "parser/scan.h"

namespace maillog {

// What is wrong with a list of names: not constexpr, so that the compiler stops there and names it.
void NoRowHasThisName();

namespace {

struct Wrapping {
  std::string_view name;
  bool (*may_begin_with)(char);
  bool (*read)(std::string_view line, Record& record);
};

constexpr ByteSet kEPostBegin("[ <-");
constexpr ByteSet kPMailServerBegin("[\"<(-");

/// A digit, a month's name in any language, or a bracket.
constexpr bool MayBeginStamp(char c) {
  return IsAlnum(c) || c == '[' || static_cast<unsigned char>(c) >= 0x80;
}

constexpr Wrapping kWrappings[] = {
    {"syslog", &MayBeginStamp, &ReadSyslog},
    {"priority", [](char c) { return c == '<'; }, &ReadPriority},
    {"rfc5424", [](char c) { return IsDigit(c); }, &ReadBareRfc5424},
    {"dovecot_file", [](char c) { return IsAlpha(c); }, &ReadDovecotFile},
    {"bare_tag", [](char c) { return IsAlnum(c); }, &ReadBareTag},
    {"dovecot_process", [](char c) { return IsAlpha(c); }, &ReadDovecotProcess},
    {"epost_log", [](char c) { return kEPostBegin.has(c) || IsAlnum(c); }, &ReadEPostLog},
    {"pmailserver_log", [](char c) { return kPMailServerBegin.has(c) || IsAlnum(c); },
     &ReadPMailServerLog},
    {"slash_stamp", [](char c) { return IsDigit(c); }, &ReadSlashStamp},
    {"journal_header", [](char c) { return c == '-' || c == '='; }, &ReadJournalHeader},
};

/// For each first byte, which rows of the list to try: bit i is row i.
using RowSet = std::uint16_t;
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

/// Does not compile if a name is in no row.
template <class Row, std::size_t kCount>
consteval unsigned SetOf(const Row (&rows)[kCount], std::initializer_list<std::string_view> names) {
  unsigned set = 0;
  for (const std::string_view name : names) {
    std::size_t row = 0;
    while (row < kCount && rows[row].name != name) ++row;
    if (row == kCount) NoRowHasThisName();
    set |= 1U << row;
  }
  return set;
}

consteval RowSet RowsNamed(std::initializer_list<std::string_view> names) {
  return static_cast<RowSet>(SetOf(kWrappings, names));
}

/// The prefixes that may come before a line: bit i is row i of the list.
using PrefixSet = std::uint16_t;
static_assert(std::size(kPrefixes) <= 8 * sizeof(PrefixSet));

consteval PrefixSet PrefixesNamed(std::initializer_list<std::string_view> names) {
  return static_cast<PrefixSet>(SetOf(kPrefixes, names));
}

/// All that can be distinguished from any others.
constexpr RowSet kAllRows = static_cast<RowSet>(~unsigned{RowsNamed({"dovecot_process"})});
constexpr PrefixSet kAllPrefixes = 0xFFFF;
constexpr PrefixSet kOfFiles =
    PrefixesNamed({"path", "priority_word", "archive", "line_number", "blanks"});
constexpr PrefixSet kNone = 0;

/// What a format admits.
struct Admission {
  Format format;
  RowSet rows;
  std::optional<Speaker> speaker;
  PrefixSet prefixes = kAllPrefixes;
  PrefixSet needed = kNone;  ///< one of these must come first
  Relays relays = Relays::kKnown;
};

constexpr Admission kAdmissions[] = {
    {Format::kAuto, kAllRows, {}},
    {Format::kSyslog, RowsNamed({"syslog", "priority", "rfc5424", "journal_header"}),
     Speaker::kProgram, kOfFiles},
    {Format::kRfc5424, RowsNamed({"priority", "rfc5424"}), Speaker::kProgram, kOfFiles},
    {Format::kDovecot, RowsNamed({"syslog", "dovecot_file"}), Speaker::kDovecot, kOfFiles},
    {Format::kPMailServer, RowsNamed({"pmailserver_log"}), Speaker::kPMailServer, kNone},
    {Format::kEPost, RowsNamed({"epost_log"}), Speaker::kEPost, kNone},
    {Format::kCri, kAllRows, {}},
    {Format::kDocker, kAllRows, {}},
    {Format::kCompose,
     kAllRows,
     {},
     kAllPrefixes,
     PrefixesNamed({"compose", "pod", "pod_container"})},
    {Format::kTai64n, kAllRows, {}, kAllPrefixes, PrefixesNamed({"tai64n"})},
    {Format::kRelayed, kAllRows, {}, kAllPrefixes, kNone, Relays::kAll},
    {Format::kBare, RowsNamed({"bare_tag", "dovecot_file", "dovecot_process"}), {}, kOfFiles},
    {Format::kJson, kAllRows, {}},
    {Format::kJournal, kAllRows, {}},
};

consteval bool EachFormatHasItsRowAndName() {
  for (std::size_t i = 0; i < std::size(kAdmissions); ++i) {
    if (kAdmissions[i].format != static_cast<Format>(i)) return false;
  }
  constexpr std::size_t kCount = std::size(kAdmissions);
  return kFormatNames.size() == kCount && !IsNamedValue<static_cast<Format>(kCount)>();
}
static_assert(EachFormatHasItsRowAndName(),
              "kAdmissions and kFormatNames (envelopes.h) have an entry for each value of Format, "
              "in its order");

const Admission& AdmissionOf(Format format) {
  return kAdmissions[static_cast<std::size_t>(format)];
}

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
  if (line.empty()) return nullptr;
  const RowSet begin = kRowsByFirstByte[static_cast<unsigned char>(line.front())];
  for (RowSet rows = begin & admission.rows; rows != 0;
       rows = static_cast<RowSet>(rows & (rows - 1))) {
    const Wrapping& wrapping = kWrappings[std::countr_zero(rows)];
    Clear(record);
    if (!wrapping.read(line, record)) continue;
    if (!admission.speaker || record.speaker == *admission.speaker ||
        record.speaker == Speaker::kRelay) {
      return &wrapping;
    }
  }
  Clear(record);
  return nullptr;
}

/// Takes a prefix of the set off; nullptr if there is none.
const Prefix* EatPrefix(std::string_view& line, std::string_view& stamp, PrefixSet set) {
  for (std::size_t row = 0; row < std::size(kPrefixes); ++row) {
    if ((set >> row & 1U) != 0 && kPrefixes[row].eat(line, stamp)) return &kPrefixes[row];
  }
  return nullptr;
}

void Add(std::string_view name, EnvelopeNames* names) {
  if (names != nullptr && names->count < names->names.size()) names->names[names->count++] = name;
}

/// How many headers a line may have: hosts put theirs before those of others.
constexpr int kMaxLayers = 4;

/// Takes prefixes and a wrapping off; false if none reads the line.
bool ReadLayer(std::string_view line, Record& record, const Admission& admission,
               EnvelopeNames* names) {
  std::string_view stamp;
  if (admission.needed != kNone) {
    const Prefix* const prefix = EatPrefix(line, stamp, admission.needed);
    if (prefix == nullptr) return false;
    Add(prefix->name, names);
  }
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    if (const Wrapping* const wrapping = Unwrap(line, record, admission)) {
      if (record.stamp.empty()) record.stamp = stamp;
      Add(record.speaker == Speaker::kDovecot ? "dovecot_file" : wrapping->name, names);
      return true;
    }
    const Prefix* const prefix = EatPrefix(line, stamp, admission.prefixes);
    if (prefix == nullptr) return false;
    Add(prefix->name, names);
  }
  return false;
}

/// Looks into messages that are lines of another log. What cannot be read there is a message of
/// nobody's.
void ReadRelayed(Record& record, Format format, EnvelopeNames* names) {
  const Admission& admission = AdmissionOf(format);
  Admission inner = admission;
  inner.needed = kNone;
  for (int layer = 0; layer < kMaxLayers; ++layer) {
    const std::string_view line = RelayedLine(record, admission.relays);
    if (line.empty()) return;
    Record read;
    const std::size_t known = names == nullptr ? 0 : names->count;
    if (!ReadLayer(line, read, inner, names) ||
        (read.program.empty() && read.speaker == Speaker::kProgram)) {
      if (names != nullptr) names->count = known;
      return;
    }
    if (read.host.empty()) read.host = record.host;
    if (read.stamp.empty()) read.stamp = record.stamp;
    record = read;
  }
}

}  // namespace

EnvelopeResult FinishRecord(Record& record, Format format) {
  ReadRelayed(record, format, nullptr);
  return record.speaker == Speaker::kProgram ? ReadRepeats(record) : EnvelopeResult::kRecord;
}

EnvelopeResult ParseEnvelope(std::string_view line, Record& record, Format format) {
  if (line.size() > kMaxMessageBytes) return EnvelopeResult::kMalformed;
  line = Trimmed(line);
  if (!ReadLayer(line, record, AdmissionOf(format), nullptr)) return EnvelopeResult::kMalformed;
  return FinishRecord(record, format);
}

bool IsEmptyAfterPrefix(std::string_view line) {
  std::string_view stamp;
  return EatPrefix(line, stamp, PrefixesNamed({"compose", "pod", "tai64n"})) != nullptr &&
         Trimmed(line).empty();
}

EnvelopeNames EnvelopesOf(std::string_view line) {
  EnvelopeNames names;
  Record record;
  if (line.size() > kMaxMessageBytes) return names;
  if (!ReadLayer(Trimmed(line), record, AdmissionOf(Format::kAuto), &names)) return {};
  ReadRelayed(record, Format::kAuto, &names);
  return names;
}

}  // namespace maillog
