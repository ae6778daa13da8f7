// The verbs of parser/scan.h, in an order that the input chooses: what they return and leave lies
// in the text that was given, and no byte is read twice or lost.
#include <array>

#include "parser/scan.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {
namespace {

constexpr ByteSet kSet(" ,:;=[]<>()");

/// Each verb returns what it cut off the front; those that only move on return an empty text.
using Verb = std::string_view (*)(std::string_view& text, std::string_view word);
constexpr Verb kVerbs[] = {
    [](std::string_view& text, std::string_view word) {
      (void)Eat(text, word);
      return std::string_view{};
    },
    [](std::string_view& text, std::string_view word) {
      (void)SkipPast(text, word);
      return std::string_view{};
    },
    [](std::string_view& text, std::string_view word) {
      return TakeUntil(text, word.empty() ? ' ' : word.front());
    },
    [](std::string_view& text, std::string_view word) { return TakeUntil(text, word); },
    [](std::string_view& text, std::string_view word) {
      return TakePast(text, word).value_or(std::string_view{});
    },
    [](std::string_view& text, std::string_view) { return TakeWhile(text, IsDigit); },
    [](std::string_view& text, std::string_view) { return TakeUntilAny(text, kSet); },
    [](std::string_view& text, std::string_view) { return TakeLine(text); },
    [](std::string_view& text, std::string_view) {
      return TakeQuoted(text).value_or(std::string_view{});
    },
    [](std::string_view& text, std::string_view) {
      const std::string_view before = text;
      if (!TakeUint(text)) Check(text == before);
      return TakenFrom(before, text);
    },
    [](std::string_view& text, std::string_view) {
      const std::string_view before = text;
      Micros seconds = -1;
      const bool taken = TakeSeconds(text, seconds);
      Check(taken ? seconds >= 0 : seconds == -1 && text == before);
      return TakenFrom(before, text);
    },
    [](std::string_view& text, std::string_view) {
      const std::string_view before = text;
      const std::optional<std::uint32_t> value = TakeHex4(text);
      Check(value ? *value <= 0xFFFF : text == before);
      return TakenFrom(before, text);
    },
    [](std::string_view& text, std::string_view) {
      const std::string_view before = text;
      (void)EatLike<"AAA __ 00:00:00">(text);
      return TakenFrom(before, text);
    },
};

void RunVerbs(std::string_view program, std::string_view text) {
  const std::string_view whole = text;
  for (std::size_t i = 0; i + 1 < program.size(); i += 2) {
    const auto verb = static_cast<unsigned char>(program[i]) % std::size(kVerbs);
    const std::string_view before = text;
    const std::string_view taken = kVerbs[verb](text, program.substr(i + 1, 1));
    Check(LiesIn(taken, before) && LiesIn(text, before));
    Check(before.ends_with(text) && before.starts_with(taken));
    Check(taken.size() + text.size() <= before.size());
  }
  Check(LiesIn(LastLine(text), whole));
  Check(CountBack(text, '\\') <= text.size());
}

}  // namespace
}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog::fuzz;
  std::string_view text = AsText(data, size);
  const std::string_view program = maillog::TakeLine(text);
  RunVerbs(program, text);
  return 0;
}
