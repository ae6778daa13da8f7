// Its logs are recognised by the stamp and the message: the first line of the input is the stamp,
// which comes in front of the message; without one it is inside.
#include "tests/fuzz/dialect_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  std::string_view input = fuzz::AsText(data, size);
  Record record{.speaker = Speaker::kEPost};
  record.stamp = TakeLine(input);
  record.message = input;
  fuzz::CheckRecord(record);
  return 0;
}
