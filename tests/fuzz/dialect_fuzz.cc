#include "tests/fuzz/dialect_fuzz.h"

#include <variant>

#include "mails/mail_line.h"
#include "metrics/catalog/catalog.h"
#include "metrics/cells.h"
#include "metrics/expand.h"
#include "metrics/open_members.h"
#include "parser/dialect/record_parser.h"
#include "parser/encoding.h"
#include "parser/event_text.h"

namespace maillog::fuzz {
namespace {

template <class T, class Fact, class Visit>
void ForEachOpenLabel(const Fact& fact, Visit visit) {
  static constexpr auto kMembers = OpenMembersIn<Fact, T>(kCatalog);
  for (const auto member : kMembers) visit((fact.*member).text);
}

/// The texts of the open labels that an event counts.
template <class Visit>
void ForEachOpenLabel(const Event& event, Visit visit) {
  DelForm memory = DelForm::kNotShown;
  const auto each = [&visit](const auto& fact, std::uint64_t = 1) {
    const auto of_types = [&]<class... Ts>(const Interners<Ts...>*) {
      (ForEachOpenLabel<Ts>(fact, visit), ...);
    };
    of_types(static_cast<const OpenLabels*>(nullptr));
  };
  std::visit([&](const auto& e) { Expand(e, memory, each); }, event);
}

/// Labels may also be constants of the parser: an `other`, or the name of a listener.
[[nodiscard]] bool MayBeConstant(std::string_view text) {
  return text.size() <= 32 && IsValidUtf8(text);
}

}  // namespace

void CheckRecord(const Record& record) {
  static RecordParser parser;
  const Event event = parser.Parse(record);
  Check(!EventText(event).empty());
  ForEachOpenLabel(event, [&record](std::string_view text) {
    Check(LiesIn(text, record.program) || LiesIn(text, record.message) || MayBeConstant(text));
  });
  // Of mails, whoever has the event alone reads what the parser has noted.
  const MailLine line = ReadMailLine(record, event);
  const MailLine noted = ReadMailLine(record, event, parser.queue_id());
  Check(line.queue_id == noted.queue_id && line.other_id == noted.other_id);
  Check(line.queue_id.empty() || (line.step == noted.step && line.link == noted.link));
}

}  // namespace maillog::fuzz
