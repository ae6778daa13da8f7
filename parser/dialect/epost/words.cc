#include <algorithm>

#include "parser/dialect/epost/logs.h"
#include "parser/scan.h"

namespace maillog::epost {

std::uint32_t CountWords(std::string_view text) {
  std::uint32_t words = 0;
  for (SkipSpaces(text); !text.empty(); SkipSpaces(text)) {
    (void)TakeUntil(text, ' ');
    ++words;
  }
  return words;
}

bool IsAddressLike(std::string_view word) {
  const bool has_parts = word.find_first_of(".:") != std::string_view::npos;
  return has_parts && std::all_of(word.begin(), word.end(), [](char c) {
           const char low = Lower(c);
           return IsDigit(c) || (low >= 'a' && low <= 'f') || low == 'x' || c == '.' || c == ':' ||
                  c == '*' || c == '?';
         });
}

Reason ReasonOfSocketError(std::uint64_t code) {
  constexpr std::uint64_t kWinsock = 10'000;
  switch (code) {
    case 0:  // the other side hung up
    case 32:
    case 53:
    case 54:
    case kWinsock + 53:
    case kWinsock + 54:
    case kWinsock + 58:
      return Reason::kConnectionLost;
    case 60:
    case kWinsock + 60:
      return Reason::kConnectionTimeout;
    case 61:
    case kWinsock + 61:
      return Reason::kConnectionRefused;
    case 50:
    case 51:
    case 64:
    case 65:
    case kWinsock + 50:
    case kWinsock + 51:
    case kWinsock + 64:
    case kWinsock + 65:
      return Reason::kNetwork;
    case kWinsock + 1001:
    case kWinsock + 1004:
      return Reason::kHostNotFound;
    case kWinsock + 1002:
    case kWinsock + 1003:
      return Reason::kDnsError;
    default:
      return Reason::kLocalError;  // an error of the system: 183 is ERROR_ALREADY_EXISTS
  }
}

}  // namespace maillog::epost
