#include "parser/dialect/record_parser.h"

#include "parser/dialect/dialects.h"
#include "parser/dialect/dovecot/dovecot.h"
#include "parser/find.h"

namespace maillog {

void RecordParser::Learn(std::string_view name, Program& program) const {
  const Record record{.program = name};
  program.size = static_cast<std::uint8_t>(name.copy(program.text.data(), kLongest));
  program.speaks = Speaks::kNobody;
  if (postfix::Speaks(record)) {
    program.speaks = Speaks::kPostfix;
    program.postfix = postfix::ReadName(name);
  } else if (dovecot::Speaks(record)) {
    program.speaks = Speaks::kDovecot;
  }
}

Event RecordParser::Parse(const Record& record) {
  const std::string_view name = record.program;
  if (record.speaker != Speaker::kProgram || name.size() > kLongest) return ParseRecord(record);
  Program& program = programs_[HashOfEnds(name) % kPlaces];
  if (!SameText({program.text.data(), program.size}, name)) Learn(name, program);
  switch (program.speaks) {
    case Speaks::kPostfix:
      return postfix::Parse(record, program.postfix, &reasons_);
    case Speaks::kDovecot:
      return dovecot::Parse(record);
    case Speaks::kNobody:
      break;
  }
  return Foreign{};
}

}  // namespace maillog
