#include "parser/label_form.h"

#include <algorithm>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr bool IsBetweenWords(char c) { return c == '-' || c == '_' || c == '.' || c == '+'; }
constexpr bool IsOfAName(char c) { return IsAlnum(c) || IsBetweenWords(c); }
constexpr bool IsOfAHost(char c) {
  return IsAlnum(c) || c == '-' || c == '_' || c == '.' || c == ':' || c == '%';
}

/// Of a text that IsOfAName in each byte.
bool HasIpv4Address(std::string_view text) {
  constexpr std::size_t kMaxDigits = 3;
  constexpr int kNumbers = 4;
  int numbers = 0;
  while (!text.empty()) {
    const std::size_t digits = TakeWhile(text, IsDigit).size();
    if (digits > 0) numbers = digits <= kMaxDigits ? numbers + 1 : 0;
    if (numbers == kNumbers) return true;
    if (!TakeWhile(text, IsAlpha).empty()) numbers = 0;
    (void)TakeWhile(text, IsBetweenWords);
  }
  return false;
}

/// More digits than a port has; hexadecimal; or letters of both cases in turn with digits, as
/// `4bXk2Z1NqDz9CwR`.
bool IsId(std::string_view word) {
  constexpr std::size_t kMaxDigits = 5;
  constexpr std::size_t kLeastHex = 8;
  constexpr std::size_t kLeastDigitsOfHex = 2;  // with fewer it may be a word, as `deadbeef` is
  constexpr std::size_t kMaxTurns = 2;
  std::size_t digits = 0;
  std::size_t hex = 0;
  std::size_t turns = 0;  // from digits to letters or back
  bool has_upper = false;
  bool has_lower = false;
  bool after_digit = !word.empty() && IsDigit(word.front());
  for (const char c : word) {
    const bool is_digit = IsDigit(c);
    turns += is_digit != after_digit ? 1 : 0;
    after_digit = is_digit;
    digits += is_digit ? 1 : 0;
    hex += is_digit || (Lower(c) >= 'a' && Lower(c) <= 'f') ? 1 : 0;
    has_upper = has_upper || IsUpper(c);
    has_lower = has_lower || IsLower(c);
  }
  if (digits > kMaxDigits) return true;
  if (hex == word.size() && hex >= kLeastHex && digits >= kLeastDigitsOfHex) return true;
  return has_upper && has_lower && turns > kMaxTurns;
}

/// Of a text that IsOfAName in each byte.
bool HasId(std::string_view text) {
  while (!text.empty()) {
    if (IsId(TakeWhile(text, IsAlnum))) return true;
    (void)TakeWhile(text, IsBetweenWords);
  }
  return false;
}

}  // namespace

bool IsServiceName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxServiceName && IsAlnum(text.front()) &&
         std::all_of(text.begin(), text.end(), IsOfAName) && !HasIpv4Address(text) && !HasId(text);
}

bool IsHostName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHostName &&
         std::all_of(text.begin(), text.end(), IsOfAHost);
}

}  // namespace maillog
