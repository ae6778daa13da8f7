#include "parser/reason.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  const std::string_view text = fuzz::AsText(data, size);
  fuzz::Check(!Text(ReasonOf(text, DsnCode{}, ReplyCode{})).empty());
  fuzz::Check(!Text(ReceiverOf(text)).empty());
  // At most the first 1,000 bytes are read.
  fuzz::Check(ReasonOf(text, DsnCode{}, ReplyCode{}) ==
              ReasonOf(text.substr(0, 1000), DsnCode{}, ReplyCode{}));
  // One pass for both finds the reason that the one for reasons does.
  const Refusal refusal = RefusalOf(text, DsnCode{}, ReplyCode{});
  fuzz::Check(refusal.reason == ReasonOf(text, DsnCode{}, ReplyCode{}));
  fuzz::Check(refusal == RefusalOf(text.substr(0, 1000), DsnCode{}, ReplyCode{}));
  fuzz::Check(static_cast<std::size_t>(refusal.policy) < Label<Policy>::values.size());
  fuzz::Check(!PageOf(refusal.policy).empty());
  return 0;
}
