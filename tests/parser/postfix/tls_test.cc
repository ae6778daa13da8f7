// Protocols and ciphers that are recognised without the registry are what the registry says.
#include "parser/dialect/postfix/tls.h"

#include <gtest/gtest.h>

#include <string>

#include "parser/dialect/record_parser.h"
#include "parser/event_text.h"

namespace maillog::postfix {
namespace {

Event EventOf(const std::string& message) {
  static RecordParser parser;
  return parser.Parse({.program = "postfix/smtpd", .message = message});
}

TEST(Tls, EachProtocolAndCipherIsRead) {
  for (const std::string_view protocol : Label<TlsProtocol>::values) {
    for (const std::string_view cipher : Label<TlsCipher>::values) {
      for (const std::string_view odd : {"", "x"}) {
        const std::string said =
            "Anonymous TLS connection established from x.example[192.0.2.1]: " +
            std::string(protocol) + std::string(odd) + " with cipher " + std::string(cipher) +
            std::string(odd) + " (256/256 bits)";
        const Event event = EventOf(said);
        const auto* const session = std::get_if<TlsConnection>(&event);
        ASSERT_NE(session, nullptr) << said;
        EXPECT_EQ(Text(session->protocol), odd.empty() ? protocol : "other") << said;
        EXPECT_EQ(Label<TlsCipher>::values[session->cipher.index()], odd.empty() ? cipher : "other")
            << said;
        EXPECT_EQ(session->trust, TlsTrust::kAnonymous);
      }
    }
  }
}

TEST(Tls, NothingIsReadPastTheEnd) {
  const std::string whole =
      "Trusted TLS connection established from a[192.0.2.1]: TLSv1.3 with cipher AES128-SHA";
  const std::size_t needed = whole.find("AES128-SHA");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string cut = whole.substr(0, size);  // of its own, so that a sanitizer sees its end
    EXPECT_EQ(std::holds_alternative<TlsConnection>(EventOf(cut)), size >= needed) << cut;
  }
}

}  // namespace
}  // namespace maillog::postfix
