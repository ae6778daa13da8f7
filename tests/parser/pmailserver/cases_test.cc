#include "parser/dialect/pmailserver/pmailserver.h"

#include <gtest/gtest.h>

#include "tests/support/cases.h"

namespace maillog::test {
namespace {

Event Parse(const Record& record) {
  return pmailserver::Speaks(record) ? pmailserver::Parse(record) : Event{Foreign{}};
}

TEST(PMailServer, Cases) { CheckCases("pmailserver", &Parse); }

}  // namespace
}  // namespace maillog::test
