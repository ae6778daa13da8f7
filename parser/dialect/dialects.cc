#include "parser/dialect/dialects.h"

#include "parser/dialect/dovecot/dovecot.h"
#include "parser/dialect/postfix/postfix.h"

namespace maillog {
namespace {

constexpr Dialect kDialects[] = {
    {"postfix", &postfix::Speaks, &postfix::Parse},
    {"dovecot", &dovecot::Speaks, &dovecot::Parse},
};

}  // namespace

const Dialect* DialectOf(const Record& record) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.speaks(record)) return &dialect;
  }
  return nullptr;
}

Event ParseRecord(const Record& record) {
  const Dialect* const dialect = DialectOf(record);
  return dialect == nullptr ? Event{Foreign{}} : dialect->parse(record);
}

}  // namespace maillog
