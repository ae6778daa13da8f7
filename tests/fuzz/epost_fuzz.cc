// Its logs are told by the stamp and the message: the first line of the input is the stamp, which
// stands in front of the message; without one it stands inside.
#include "parser/dialect/epost/epost.h"
#include "tests/fuzz/dialect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  const auto parse = [](const Record& record) {
    Record dated = record;
    dated.stamp = record.program;
    dated.program = {};
    return epost::Parse(dated);
  };
  fuzz::CheckDialect(fuzz::AsText(data, size), parse, Speaker::kEPost);
  return 0;
}
