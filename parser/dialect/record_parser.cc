#include "parser/dialect/record_parser.h"

namespace maillog {
namespace {

NameNote NoteOf(const Dialect& dialect, std::string_view program) {
  return dialect.note == nullptr ? NameNote{} : dialect.note(program);
}

}  // namespace

void RecordParser::Learn(std::string_view name, const TextEnds& ends, Program& program) {
  program.ends = ends;
  name.copy(program.text.data(), kMaxBytes);
  program.dialect = DialectOf({.program = name});
  program.note = program.dialect == nullptr ? NameNote{} : NoteOf(*program.dialect, name);
}

Event RecordParser::ParseOther(const Record& record) {
  const Dialect* const dialect = DialectOf(record);
  if (dialect == nullptr) return Foreign{};
  return dialect->parse(record, NoteOf(*dialect, record.program), memory_);
}

}  // namespace maillog
