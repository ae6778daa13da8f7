#include "parser/dialect/dialects.h"

#include "parser/dialect/dovecot/dovecot.h"
#include "parser/dialect/epost/epost.h"
#include "parser/dialect/pmailserver/pmailserver.h"
#include "parser/dialect/postfix/postfix.h"

namespace maillog {
namespace {

// The rules of a server whose programs have plain names, and whose reasons need no memory.
template <Event (*parse)(const Record&)>
Event Plain(const Record& record, NameNote, DialectMemory&) {
  return parse(record);
}

constexpr Dialect kDialects[] = {
    {"postfix", &postfix::Speaks, &postfix::NoteName, &postfix::Parse},
    {"dovecot", &dovecot::Speaks, nullptr, &Plain<&dovecot::Parse>},
    {"pmailserver", &pmailserver::Speaks, nullptr, &Plain<&pmailserver::Parse>},
    {"epost", &epost::Speaks, nullptr, &Plain<&epost::Parse>},
};

}  // namespace

const Dialect* DialectOf(const Record& record) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.speaks(record)) return &dialect;
  }
  return nullptr;
}

}  // namespace maillog
