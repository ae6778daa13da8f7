// What is read in one go is what the reader of all forms reads: it gets the same line with a field
// that the usual form does not have.
#include "parser/dialect/postfix/usual_delivery.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "parser/dialect/record_parser.h"

namespace maillog::postfix {
namespace {

Event EventOf(const std::string& fields) {
  static RecordParser parser;
  const std::string message =
      "4F0A1B2C3D: to=<a@example.com>, relay=mx.example.com[192.0.2.1]:25" + fields;
  return parser.Parse({.program = "postfix/smtp", .message = message});
}

TEST(UsualDelivery, IsWhatTheReaderOfAllFormsReads) {
  const std::string times[] = {"0",         "0.5",        "3.25",      "12345.678901",
                               "999999999", "1234567890", "0.1234567", ".5",
                               "5.",        "-1",         "",          "x",
                               "1e3",       "00.10",      "1.2.3",     "99999999999999999999",
                               "7 ",        "12.3456",    "1234567",   "123456.7",
                               "1234.56",   "12345.67"};
  for (const std::string& delay : times) {
    for (const std::string& phase : times) {
      const std::string fields =
          ", delay=" + delay + ", delays=0.1/" + phase + "/0/0.33, dsn=2.0.0, status=sent (250 ok)";
      const Event usual = EventOf(fields);
      const Event general = EventOf(", conn_use=2" + fields);
      ASSERT_EQ(usual.index(), general.index()) << fields;
      const auto* const delivery = std::get_if<Delivery>(&usual);
      const auto* const expected = std::get_if<Delivery>(&general);
      if (delivery == nullptr) continue;
      EXPECT_EQ(delivery->delay, expected->delay) << fields;
      EXPECT_EQ(delivery->delays, expected->delays) << fields;
      EXPECT_EQ(delivery->bad_values, expected->bad_values) << fields;
      EXPECT_EQ(delivery->status, expected->status) << fields;
      EXPECT_EQ(delivery->dsn.index(), expected->dsn.index()) << fields;
    }
  }
}

TEST(UsualDelivery, NothingIsReadPastTheEnd) {
  const std::string whole = ", delay=0.58, delays=0.14/0/0.1/0.33, dsn=2.0.0, status=sent";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    // Of their own, without a NUL, so that a sanitizer sees their end.
    const std::vector<char> bytes(whole.data(), whole.data() + size);
    const std::string_view part(bytes.data(), bytes.size());
    Delivery delivery;
    std::string_view dsn;
    const bool is_usual = UsualDelivery(part).Read(delivery, dsn);
    EXPECT_EQ(is_usual, size > whole.size() - 4) << part;
    EXPECT_EQ(delivery.delay.has_value(), is_usual);
  }
}

}  // namespace
}  // namespace maillog::postfix
