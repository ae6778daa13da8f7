#include "tests/fuzz/dialect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  fuzz::CheckDialect(fuzz::AsText(data, size), Speaker::kPMailServer);
  return 0;
}
