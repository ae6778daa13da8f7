#include "parser/dialect/epost/epost.h"

#include <gtest/gtest.h>

#include "tests/support/cases.h"

namespace maillog::test {
namespace {

Event Parse(const Record& record) {
  return epost::Speaks(record) ? epost::Parse(record) : Event{Foreign{}};
}

TEST(EPost, Cases) { CheckCases("epost", &Parse); }

}  // namespace
}  // namespace maillog::test
