// What broken, slow and hostile clients do, with real sockets; the limits are small here, so that
// they are soon reached.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "exporter/web/http_server.h"
#include "tests/support/eventually.h"
#include "tests/support/http_client.h"

namespace maillog {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using test::Eventually;
using test::HttpAnswer;
using test::HttpClient;
using test::ParseAnswer;
using test::Request;

constexpr std::size_t kBigBytes = std::size_t{8} << 20U;
constexpr std::string_view kHalf = "GET /small HTTP/1.1\r\nHo";
constexpr std::string_view kWhole = "GET /small HTTP/1.1\r\nHost: x\r\n\r\n";

class HttpAbuseTest : public testing::Test {
 protected:
  void Start(const HttpLimits& limits = {}, std::vector<AddressRange> allow_from = {}) {
    server_ = std::make_unique<HttpServer>(
        PageTable{
            {"/small", {[](const HttpRequest&) { return Page{.body = "small"}; }}},
            {"/big",
             {.make = [](const HttpRequest&) { return Page{.body = std::string(kBigBytes, 'x')}; },
              .variant = [](const HttpRequest& request) { return request.query; }}}},
        HttpOptions{.limits = limits, .allow_from = std::move(allow_from)});
    ASSERT_TRUE(server_->Start({{.host = "127.0.0.1", .port = 0}}).ok());
    port_ = server_->ports().at(0);
  }

  [[nodiscard]] std::unique_ptr<HttpClient> Client(std::string_view says) const {
    auto client = std::make_unique<HttpClient>(port_);
    client->Send(says);
    return client;
  }
  [[nodiscard]] bool Serves() const { return Request(port_, "GET", "/small").body == "small"; }

  std::unique_ptr<HttpServer> server_;
  int port_ = 0;
};

TEST_F(HttpAbuseTest, WhatIsNoRequestHasItsStatus) {
  Start();
  struct Row {
    std::string request;
    int status;
  };
  const std::string host = "Host: x\r\n\r\n";
  const std::string again = "GET /small HTTP/1.0\r\n\r\n";  // is not a request of its own
  const std::vector<Row> rows{
      {"GET /small HTTP/1.1\r\n\r\n", 400},               // no host
      {"GET /small HTTP/2.0\r\n" + host, 400},            // another version
      {"GET /small\r\n" + host, 400},                     // none
      {"GET /sm%zzall HTTP/1.1\r\n" + host, 400},         // no encoding
      {"GET /small% HTTP/1.1\r\n" + host, 400},           //
      {"GET small HTTP/1.1\r\n" + host, 400},             // no path
      {"GET  /small HTTP/1.1\r\n" + host, 400},           // two spaces
      {"G\x01T /small HTTP/1.1\r\n" + host, 400},         // no method
      {"GET /small HTTP/1.1\r\nA b: c\r\n" + host, 400},  // no name of a field
      {"GET /small HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + host, 400},
      {"GET /small HTTP/1.1\r\nContent-Length: x\r\n" + host, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n" + host, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" + host + again, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n" + host + again, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: identity\r\n" + host + again, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding:\r\n" + host + again, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n" + host + again, 400},
      {"GET /small HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n" + again, 400},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: gzip, Chunked\r\n" + host + again, 413},
      {"GET /small HTTP/1.1\r\nHost: y\r\n" + host + again, 400},
      {"GET /small HTTP/1.0\r\nHost: y\r\n" + host + again, 400},
      {"GET /small HTTP/1.0\r\n" + host + again, 200},
      {"GET /small HTTP/1.1\r\nContent-Length: 3\r\n" + host + "abc", 413},
      {"GET /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host + "3\r\nabc\r\n", 413},
      {"GET /" + std::string(kMaxTargetBytes, 'a') + " HTTP/1.1\r\n" + host, 414},
      {"GET /small HTTP/1.1\r\nX: " + std::string(kMaxRequestBytes, 'a') + "\r\n" + host, 431},
      {"BREW /small HTTP/1.1\r\nConnection: close\r\n" + host, 405},
      {"GET /small HTTP/1.0\r\n\r\n", 200},
      {"GET http://example.com/small HTTP/1.1\r\nConnection: close\r\n" + host, 200},
      {"GET /small HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n" + host, 413},
  };
  for (const Row& row : rows) {
    const HttpAnswer answer = ParseAnswer(Client(row.request)->ReadToEnd());
    EXPECT_EQ(answer.status, row.status) << row.request.substr(0, 80);
    EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("HTTP/"))) << "answered twice";
    EXPECT_TRUE(Serves());
  }
}

TEST_F(HttpAbuseTest, AnAnswerOfARefusalArrivesWhateverIsStillSent) {
  Start();
  const auto client = Client("POST /small HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
  client->Send(std::string(500'000, 'x'));
  EXPECT_EQ(ParseAnswer(client->ReadToEnd()).status, 405);
}

TEST_F(HttpAbuseTest, RequestsInOneGoAreAnsweredInTheirOrder) {
  Start();
  std::string many;
  for (int i = 0; i < 200; ++i)
    many += i % 2 == 0 ? std::string(kWhole) : "HEAD" + std::string(kWhole.substr(3));
  const auto client = Client(many + "GET /small HTTP/1.0\r\n\r\n");
  const std::string answers = client->ReadToEnd();
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200", at)) != std::string::npos; ++at) {
    ++count;
  }
  EXPECT_EQ(count, 201U);
}

TEST_F(HttpAbuseTest, WhoeverTricklesIsCutOffInTime) {
  HttpLimits limits;
  limits.times.request = milliseconds(100);
  Start(limits);
  const auto before = steady_clock::now();
  const auto silent = Client("");
  const auto half = Client(kHalf);
  const auto trickle = Client(kHalf);
  std::thread trickling([&] {
    // A byte every millisecond, even when the server has long closed.
    auto next = before;
    EXPECT_TRUE(Eventually([&] {
      if (steady_clock::now() > next) trickle->Send("x");
      if (steady_clock::now() > next) next = steady_clock::now() + milliseconds(1);
      return steady_clock::now() - before > milliseconds(300);
    }));
  });
  EXPECT_EQ(silent->ReadToEnd(), "");
  EXPECT_EQ(half->ReadToEnd(), "");
  trickling.join();
  EXPECT_EQ(trickle->ReadToEnd(), "");
  EXPECT_GE(steady_clock::now() - before, milliseconds(100));
  EXPECT_TRUE(Serves());
}

TEST_F(HttpAbuseTest, WhoeverRestsIsCutOffInTime) {
  HttpLimits limits;
  limits.times.idle = milliseconds(100);
  Start(limits);
  const auto client = Client(kWhole);
  EXPECT_EQ(client->ReadAnswer().body, "small");
  EXPECT_EQ(client->ReadToEnd(), "");
}

TEST_F(HttpAbuseTest, WhoeverDoesNotReadIsCutOffInTime) {
  HttpLimits limits;
  limits.times.answer = milliseconds(100);
  Start(limits);
  const auto deaf = Client("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(Eventually([&] { return deaf->IsHungUp(); }));
  EXPECT_TRUE(Serves());
}

TEST_F(HttpAbuseTest, AnswersThatNobodyReadsAreBounded) {
  HttpLimits limits;
  limits.unread_bytes = 2 * kBigBytes;
  Start(limits);
  std::vector<std::unique_ptr<HttpClient>> deaf;
  for (int i = 0; i < 6; ++i) {
    deaf.push_back(Client("GET /big?" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n"));
  }
  const auto hung_up = [&] {
    return std::count_if(deaf.begin(), deaf.end(), [](const auto& one) { return one->IsHungUp(); });
  };
  EXPECT_TRUE(Eventually([&] { return hung_up() == 4; }));
  EXPECT_TRUE(Serves());
  EXPECT_EQ(hung_up(), 4) << "the last two may stay";
  EXPECT_EQ(Request(port_, "GET", "/big").body.size(), kBigBytes);
}

TEST_F(HttpAbuseTest, APageLargerThanTheBoundArrives) {
  HttpLimits limits;
  limits.unread_bytes = kBigBytes / 2;
  Start(limits);
  EXPECT_EQ(Request(port_, "GET", "/big").body.size(), kBigBytes);
}

TEST_F(HttpAbuseTest, AFullServerDoesWithoutThoseWhoNeverAsked) {
  HttpLimits limits;
  limits.connections = 8;
  Start(limits);
  const auto scraper = Client(kWhole);
  EXPECT_EQ(scraper->ReadAnswer().body, "small");
  std::vector<std::unique_ptr<HttpClient>> half;
  for (int i = 0; i < 50; ++i) half.push_back(Client(kHalf));
  EXPECT_TRUE(Serves());
  scraper->Send(kWhole);
  EXPECT_EQ(scraper->ReadAnswer().body, "small");
  EXPECT_EQ(half.front()->ReadToEnd(), "");
}

TEST_F(HttpAbuseTest, StrangersAreClosedUnheard) {
  Start({}, {*ParseAddressRange("127.0.0.2")});
  EXPECT_EQ(Client(kWhole)->ReadToEnd(), "");
  const HttpClient friendly(port_, "127.0.0.1", "127.0.0.2");
  friendly.Send(kWhole);
  EXPECT_EQ(friendly.ReadAnswer().body, "small");
}

std::size_t OpenDescriptors() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

TEST_F(HttpAbuseTest, NothingIsLeftOfThem) {
  Start();
  EXPECT_TRUE(Serves());
  const std::size_t before = OpenDescriptors();
  for (int i = 0; i < 500; ++i) {
    for (const std::string_view says :
         {std::string_view(), kHalf, kWhole, std::string_view("\x16\x03\x01"),
          std::string_view("GET /big HTTP/1.1\r\nHost: x\r\n\r\n")}) {
      (void)Client(says);  // and gone
    }
  }
  EXPECT_TRUE(Eventually([&] { return OpenDescriptors() <= before; }));
  EXPECT_TRUE(Serves());
}

}  // namespace
}  // namespace maillog
