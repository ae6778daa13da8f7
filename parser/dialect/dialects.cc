#include "parser/dialect/dialects.h"

#include "parser/dialect/dovecot/dovecot.h"
#include "parser/dialect/epost/epost.h"
#include "parser/dialect/pmailserver/pmailserver.h"
#include "parser/dialect/postfix/postfix.h"

namespace maillog {
namespace {

constexpr Dialect kDialects[] = {
    {"postfix", &postfix::Speaks, &postfix::Parse},
    {"dovecot", &dovecot::Speaks, &dovecot::Parse},
    {"pmailserver", &pmailserver::Speaks, &pmailserver::Parse},
    {"epost", &epost::Speaks, &epost::Parse},
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
