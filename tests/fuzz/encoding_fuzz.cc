#include "parser/encoding.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  const std::string_view bytes = fuzz::AsText(data, size);
  std::string once;
  AppendValidUtf8(once, bytes);
  fuzz::Check(IsValidUtf8(once));
  fuzz::Check(once.size() <= 3 * bytes.size());
  for (const char c : once) fuzz::Check(static_cast<unsigned char>(c) >= 0x20);
  std::string twice;
  AppendValidUtf8(twice, once);
  fuzz::Check(once == twice);
  return 0;
}
