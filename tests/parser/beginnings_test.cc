#include "parser/beginnings.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

struct Numbered {
  std::string_view text;
  int number;
};
constexpr Beginnings kRows(std::to_array<Numbered>({
    {"x", 1},
    {"connect", 2},
    {"connect ", 3},
    {"connect to", 4},
    {"connection refused by", 5},
    {"connection refused", 6},
    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff", 7},
}));

int NumberOf(std::string_view text) {
  for (const Numbered& row : kRows.rows()) {
    if (text.substr(0, row.text.size()) == row.text) return row.number;
  }
  return 0;
}

TEST(Beginnings, FindTheFirstRowThatATextBeginsWith) {
  const std::string texts[] = {"x",
                               "connect to a",
                               "connection refused by b",
                               "connection refused, c",
                               "connectionless",
                               "Connect to a",
                               std::string(12, '\xff'),
                               std::string("connect\0to", 10)};
  for (const std::string& text : texts) {
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const std::string cut = text.substr(0, size);  // of its own, so that a sanitizer sees its end
      const Numbered* const row = kRows.Find(cut);
      EXPECT_EQ(row == nullptr ? 0 : row->number, NumberOf(cut)) << cut;
    }
  }
}

}  // namespace
}  // namespace maillog
