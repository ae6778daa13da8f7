#include "exporter/web/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/config_value.h"
#include "exporter/web/web_rate_limit.h"
#include "tests/support/certificates.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const Identity& Own() {
  static const Identity identity = MakeIdentity();
  return identity;
}
const std::string kHash = "$2y$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";

// A folder with a certificate, its key and a configuration.
class WebConfigTest : public testing::Test {
 protected:
  WebConfigTest() {
    files_.Append("/etc/x/server.crt", Own().certificate);
    files_.Append("/etc/x/server.key", Own().key);
  }

  void Write(const std::string& path, std::string_view text) {
    files_.Unlink(path);
    files_.Append(path, text);
  }
  absl::StatusOr<WebConfig> Read(std::string_view text) {
    Write("/etc/x/web.yml", text);
    std::vector<WatchedFile> read;
    return ReadWebConfig("/etc/x/web.yml", files_, read);
  }
  std::string FaultOf(std::string_view text) {
    const auto read = Read(text);
    return read.ok() ? "no fault" : std::string(read.status().message());
  }

  FakeFileSystem files_;
};

constexpr std::string_view kCertificates =
    "tls_server_config:\n  cert_file: server.crt\n  key_file: /etc/x/server.key\n";

TEST_F(WebConfigTest, NothingIsRequired) {
  for (const std::string_view text : {"", "# nothing\n", "tls_server_config: {}\n"}) {
    const auto config = Read(text);
    ASSERT_TRUE(config.ok()) << config.status();
    EXPECT_EQ(config->tls, nullptr);
    EXPECT_THAT(config->users, IsEmpty());
  }
}

TEST_F(WebConfigTest, EveryKeyIsTaken) {
  files_.Append("/etc/x/ca.crt", Own().certificate);
  const auto config = Read(std::string(kCertificates) + R"(
  client_auth_type: RequireAndVerifyClientCert
  client_ca_file: ca.crt
  client_allowed_sans: [prometheus.example.com]
  min_version: TLS12
  max_version: TLS13
  prefer_server_cipher_suites: false
  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_AES_128_GCM_SHA256]
  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]
http_server_config:
  http2: true
  headers:
    X-Frame-Options: deny
    Strict-Transport-Security: max-age=31536000
basic_auth_users:
  prometheus: )" + kHash + R"(
rate_limit:
  interval: 100ms
  burst: 20
)");
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_NE(config->tls, nullptr);
  EXPECT_EQ(config->users.at("prometheus"), kHash);
  EXPECT_EQ(config->headers,
            "X-Frame-Options: deny\r\nStrict-Transport-Security: max-age=31536000\r\n");
  EXPECT_EQ(config->rate_limit.interval, std::chrono::milliseconds(100));
  EXPECT_EQ(config->rate_limit.burst, 20U);
  EXPECT_TRUE(config->wants_http2);
}

TEST_F(WebConfigTest, CertificateAndKeyMayBeInTheFile) {
  const auto indented = [](const std::string& pem) {
    std::string text = "|\n    ";
    for (const char c : pem) text.append(1, c).append(c == '\n' ? "    " : "");
    return text + "\n";
  };
  const auto config = Read("tls_server_config:\n  cert: " + indented(Own().certificate) +
                           "  key: " + indented(Own().key));
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_NE(config->tls, nullptr);
}

TEST_F(WebConfigTest, EachFaultIsOneSentenceWithItsLine) {
  files_.Append("/etc/x/other.key", MakeIdentity().key);
  files_.Append("/etc/x/empty.crt", "");
  struct Row {
    std::string text;
    std::string_view fault;
  };
  const std::string tls(kCertificates);
  const std::vector<Row> rows{
      {"- a\n", "1: the file has no keys with values"},
      {"a: [\n", "2: not YAML: end of sequence flow not found"},
      {"tls_server_confg: {}\n",
       "1: there is no key 'tls_server_confg' in the file; did you mean tls_server_config?"},
      {"tls_server_config:\n  min_version: TLS12\n",
       "2: tls_server_config has neither cert nor cert_file"},
      {"tls_server_config:\n  cert_file: server.crt\n",
       "2: tls_server_config has neither key nor key_file"},
      {"tls_server_config:\n  cert_file: nowhere.crt\n",
       "2: /etc/x/nowhere.crt: No such file or directory"},
      {"tls_server_config:\n  cert_file: empty.crt\n", "2: /etc/x/empty.crt is empty"},
      {"tls_server_config:\n  cert: x\n  key: y\n", "2: the certificate cannot be read as PEM"},
      {"tls_server_config:\n  cert_file: server.crt\n  key_file: other.key\n",
       "2: the key does not belong to the certificate"},
      {tls + "  client_auth_type: Sometimes\n",
       "4: client_auth_type 'Sometimes' is not one of NoClientCert, RequestClientCert"},
      {tls + "  client_ca_file: server.crt\n",
       "2: tls_server_config has a client CA, but a client_auth_type that asks for no certificate"},
      {tls + "  client_auth_type: RequestClientCert\n  client_allowed_sans: [a]\n",
       "2: tls_server_config has client_allowed_sans, but a client_auth_type that requires no"},
      {tls + "  client_auth_type: RequireAnyClientCert\n  client_ca: x\n",
       "2: the client CA cannot be read as PEM"},
      {tls + "  min_version: TLS13\n  max_version: TLS12\n",
       "2: tls_server_config has a min_version above its max_version"},
      {tls + "  max_version: SSL3\n", "4: max_version 'SSL3' is not one of TLS10"},
      {tls + "  cipher_suites: [RC4]\n", "4: there is no cipher suite RC4"},
      {tls + "  curve_preferences: [P256]\n", "4: curve_preferences 'P256' is not one of"},
      {"http_server_config:\n  headers:\n    X-Other: a\n",
       "3: there is no key 'X-Other' in headers; there are Content-Security-Policy"},
      {"http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
       "3: X-Frame-Options 'allow' is not one of deny, sameorigin"},
      {"http_server_config:\n  headers:\n    X-XSS-Protection: \"a\\r\\nb: c\"\n",
       "3: X-XSS-Protection is not one line of UTF-8"},
      {"basic_auth_users:\n  prometheus: secret\n",
       "2: what follows the user's name is not a bcrypt hash"},
      {"basic_auth_users:\n  a:b: " + kHash + "\n", "2: a user's name cannot have a colon"},
      {"basic_auth_users:\n  a:\n", "2: a user has no password hash"},
      {"rate_limit:\n  interval: fast\n", "2: interval is not a length of time up to a day"},
      {"rate_limit:\n  interval: 1s\n", "2: rate_limit has an interval, but no burst"},
      {"rate_limit:\n  burst: -1\n", "2: burst is not a number from 1 to 1000000"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(FaultOf(row.text), StartsWith("/etc/x/web.yml:" + std::string(row.fault)))
        << row.text;
  }
}

TEST_F(WebConfigTest, FaultsQuoteNoSecrets) {
  for (const std::string& text :
       {"basic_auth_users:\n  prometheus: hunter2hunter2\n" + std::string(),
        std::string("tls_server_config:\n  cert_file: server.crt\n  key: hunter2hunter2\n")}) {
    const std::string fault = FaultOf(text);
    EXPECT_THAT(fault, StartsWith("/etc/x/web.yml:2: "));
    EXPECT_THAT(fault, Not(HasSubstr("hunter2")));
  }
}

TEST_F(WebConfigTest, TheExampleIsSound) {
  std::vector<WatchedFile> read;
  files_.Append("/etc/x/ca.crt", Own().certificate);
  const auto example =
      ReadConfigText(MAILLOG_TESTS_DIR "/../deploy/web-config.example.yml", PosixFileSystem());
  ASSERT_TRUE(example.ok()) << example.status();
  const auto config = Read(*example);
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_NE(config->tls, nullptr);
  EXPECT_TRUE(VerifyPassword(config->users, {"prometheus", "secret"}));
}

TEST_F(WebConfigTest, WhatHasChangedIsReadAgain) {
  Write("/etc/x/web.yml", kCertificates);
  LiveWebConfig live("/etc/x/web.yml", files_);
  ASSERT_TRUE(live.Load().ok());
  const auto first = live.Current()->tls;
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(live.Current()->tls, first);

  // A certificate without its key yet: a fault, and the old pair stays in force.
  const Identity next = MakeIdentity();
  Write("/etc/x/server.crt", next.certificate);
  EXPECT_EQ(live.Current()->tls, first);
  EXPECT_FALSE(live.in_force());
  Write("/etc/x/server.key", next.key);
  const auto second = live.Current()->tls;
  EXPECT_NE(second, first);
  EXPECT_TRUE(live.in_force());

  Write("/etc/x/web.yml", "nonsense: 1\n");
  EXPECT_EQ(live.Current()->tls, second);
  EXPECT_FALSE(live.in_force());
  files_.Unlink("/etc/x/web.yml");
  EXPECT_EQ(live.Current()->tls, second);
  Write("/etc/x/web.yml", "basic_auth_users: {a: " + kHash + "}\n");
  EXPECT_EQ(live.Current()->tls, nullptr);
  EXPECT_EQ(live.Current()->users.size(), 1U);
  EXPECT_TRUE(live.in_force());
}

TEST_F(WebConfigTest, AFileThatIsNamedAndNotThereIsWaitedFor) {
  Write("/etc/x/web.yml", kCertificates);
  LiveWebConfig live("/etc/x/web.yml", files_);
  ASSERT_TRUE(live.Load().ok());
  Write("/etc/x/web.yml", std::string(kCertificates) +
                              "  client_auth_type: RequireAndVerifyClientCert\n"
                              "  client_ca_file: late.crt\n");
  const auto before = live.Current()->tls;
  EXPECT_FALSE(live.in_force());
  files_.Append("/etc/x/late.crt", Own().certificate);
  EXPECT_NE(live.Current()->tls, before);
  EXPECT_TRUE(live.in_force());
}

TEST_F(WebConfigTest, WithoutAFileNothingIsLookedAt) {
  LiveWebConfig live("", files_);
  EXPECT_TRUE(live.Load().ok());
  EXPECT_EQ(live.Current()->tls, nullptr);
  EXPECT_TRUE(live.in_force());
}

TEST(RateLimiterTest, LetsABurstThroughAndThenOneInAnInterval) {
  const RequestRate rate{.interval = std::chrono::milliseconds(100), .burst = 3};
  RateLimiter limiter;
  TimePoint now{std::chrono::hours(1)};
  const auto take = [&] { return limiter.Take(rate, now); };
  EXPECT_TRUE(take() && take() && take());
  EXPECT_FALSE(take());
  now += std::chrono::milliseconds(99);
  EXPECT_FALSE(take());
  now += std::chrono::milliseconds(1);
  EXPECT_TRUE(take());
  EXPECT_FALSE(take());
  now += std::chrono::hours(1);
  EXPECT_TRUE(take() && take() && take());
  EXPECT_FALSE(take());
}

TEST(RateLimiterTest, TheLargestBurstOfTheLongestIntervalIsLetThrough) {
  const RequestRate rate{.interval = std::chrono::hours(24), .burst = 1'000'000};
  RateLimiter limiter;
  TimePoint now{std::chrono::hours(1)};
  std::uint64_t taken = 0;
  while (taken <= rate.burst && limiter.Take(rate, now)) ++taken;
  EXPECT_EQ(taken, rate.burst);
  now += std::chrono::hours(48);
  EXPECT_TRUE(limiter.Take(rate, now) && limiter.Take(rate, now));
  EXPECT_FALSE(limiter.Take(rate, now));
}

TEST(RateLimiterTest, WithoutAnIntervalThereIsNoLimit) {
  RateLimiter limiter;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.Take({}, TimePoint{}));
}

}  // namespace
}  // namespace maillog::test
