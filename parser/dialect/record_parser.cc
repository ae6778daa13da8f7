#include "parser/dialect/record_parser.h"

#include "parser/find.h"

namespace maillog {
namespace {

NameNote NoteOf(const Dialect& dialect, std::string_view program) {
  return dialect.note == nullptr ? NameNote{} : dialect.note(program);
}

}  // namespace

void RecordParser::Learn(std::string_view name, Program& program) {
  program.size = static_cast<std::uint8_t>(name.copy(program.text.data(), kMaxBytes));
  program.dialect = DialectOf({.program = name});
  program.note = program.dialect == nullptr ? NameNote{} : NoteOf(*program.dialect, name);
}

Event RecordParser::Parse(const Record& record) {
  memory_.queue_id = {};
  const std::string_view name = record.program;
  if (record.speaker != Speaker::kProgram || name.size() > kMaxBytes) {
    const Dialect* const dialect = DialectOf(record);
    if (dialect == nullptr) return Foreign{};
    return dialect->parse(record, NoteOf(*dialect, name), memory_);
  }
  Program& program = programs_[HashOfEnds(name) % kPlaces];
  if (!SameText({program.text.data(), program.size}, name)) Learn(name, program);
  if (program.dialect == nullptr) return Foreign{};
  return program.dialect->parse(record, program.note, memory_);
}

}  // namespace maillog
