#include "tests/fuzz/dialect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  const std::string_view input = fuzz::AsText(data, size);
  fuzz::CheckDialect(input, Speaker::kProgram);
  fuzz::CheckDialect(input, Speaker::kDovecot);
  return 0;
}
