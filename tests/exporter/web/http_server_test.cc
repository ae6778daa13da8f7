#include "exporter/web/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

#include "tests/support/http_client.h"

namespace maillog {
namespace {

using std::chrono::steady_clock;
using test::HttpAnswer;
using test::HttpClient;
using test::ParseAnswer;
using test::Request;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kMetrics = "metric 1\nother 2\n";

class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest()
      : server_(
            {{"/",
              {.make =
                   [](const HttpRequest&) {
                     return Page{200, "text/html; charset=utf-8", "<p>landing</p>"};
                   },
               .at_once = true}},
             {"/metrics", {[](const HttpRequest&) {
                return Page{200, "text/plain; version=0.0.4; charset=utf-8", std::string(kMetrics)};
              }}},
             {"/big", {[](const HttpRequest&) {
                return Page{.body = std::string(std::size_t{8} << 20U, 'x')};
              }}},
             {"/-/ready",
              {[](const HttpRequest&) { return Page{.status = 503, .body = "not yet\n"}; }}}}) {}

  void SetUp() override {
    const absl::Status started = server_.Start({{.host = "127.0.0.1", .port = 0}});
    ASSERT_TRUE(started.ok()) << started;
    port_ = server_.ports().at(0);
  }

  [[nodiscard]] HttpAnswer Answer(std::string_view method, std::string_view path) const {
    return Request(port_, method, path);
  }
  [[nodiscard]] HttpAnswer Raw(std::string_view bytes) const {
    const HttpClient client(port_);
    client.Send(bytes);
    return ParseAnswer(client.ReadToEnd());
  }

  HttpServer server_;
  int port_ = 0;
};

TEST(HttpServerAlive, OnlyWhileTheServersThreadComesAround) {
  std::atomic<bool> entered{false};
  std::atomic<bool> held{true};
  HttpServer server({{"/hold",
                      {.make =
                           [&](const HttpRequest&) {
                             entered = true;
                             entered.notify_all();
                             held.wait(true);
                             return Page{.body = "let go\n"};
                           },
                       .at_once = true}}});
  ASSERT_TRUE(server.Start({{.host = "127.0.0.1", .port = 0}}).ok());
  const auto comes_around_soon = [&] {
    const auto deadline = steady_clock::now() + std::chrono::seconds(20);
    while (!server.ComesAround()) {
      if (steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  };
  EXPECT_TRUE(server.ComesAround());
  EXPECT_TRUE(comes_around_soon());
  std::thread client([&] { EXPECT_EQ(Request(server.ports().at(0), "GET", "/hold").status, 200); });
  entered.wait(false);
  // What was asked before may have been done before.
  (void)server.ComesAround();
  EXPECT_FALSE(server.ComesAround());
  EXPECT_FALSE(server.ComesAround());
  held = false;
  held.notify_all();
  EXPECT_TRUE(comes_around_soon());
  client.join();
  server.Stop();
}

TEST_F(HttpServerTest, GetGivesThePage) {
  const HttpAnswer answer = Answer("GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(answer.headers.at("content-length"), std::to_string(kMetrics.size()));
  EXPECT_EQ(answer.body, kMetrics);
}

TEST_F(HttpServerTest, HeadGivesTheSameHeaderWithoutThePage) {
  for (const std::string_view path : {"/", "/metrics", "/-/ready", "/nothing"}) {
    HttpAnswer get = Answer("GET", path);
    HttpAnswer head = Answer("HEAD", path);
    EXPECT_EQ(head.status, get.status) << path;
    EXPECT_EQ(head.body, "") << path;
    EXPECT_EQ(head.headers.at("content-length"), std::to_string(get.body.size())) << path;
    get.headers.erase("date");
    head.headers.erase("date");
    EXPECT_EQ(head.headers, get.headers) << path;
  }
}

TEST_F(HttpServerTest, PathsAreExact) {
  struct Row {
    std::string_view path;
    int status;
  };
  for (const auto& [path, status] :
       {Row{"/", 200}, Row{"/metrics", 200}, Row{"/metrics?name[]=x", 200}, Row{"/-/ready", 503},
        Row{"/metrics/", 404}, Row{"/metrics/x", 404}, Row{"/metricsx", 404},
        Row{"/x/metrics", 404}, Row{"/favicon.ico", 404}, Row{"/etc/passwd", 404},
        Row{"/..%2f..%2fetc/passwd", 404}}) {
    EXPECT_EQ(Answer("GET", path).status, status) << path;
  }
}

TEST_F(HttpServerTest, OtherMethodsAreNotAllowed) {
  for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const HttpAnswer answer = Answer(method, "/metrics");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.headers.at("allow"), "GET, HEAD") << method;
    EXPECT_EQ(Answer(method, "/nothing").status, 404) << method;
  }
}

TEST_F(HttpServerTest, BodyOfAPostIsNotWaitedFor) {
  const auto before = steady_clock::now();
  EXPECT_EQ(Raw("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc").status,
            405);
  EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(5));
}

TEST_F(HttpServerTest, ConnectionIsKept) {
  const HttpClient client(port_);
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client.ReadAnswer().body, kMetrics) << i;
  }
  client.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.ReadAnswer().body, kMetrics);
  EXPECT_EQ(client.ReadAnswer().body, "<p>landing</p>");
}

TEST_F(HttpServerTest, OldClientsAreServed) {
  const HttpAnswer answer = Raw("GET /metrics HTTP/1.0\r\n\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, kMetrics);
}

TEST_F(HttpServerTest, GarbageIsRefusedAndSurvived) {
  const std::string long_path = "GET /" + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n";
  for (const std::string_view bytes :
       {std::string_view("\0\xff\xfe\r\n\r\n", 7), std::string_view("GET\r\n\r\n"),
        std::string_view("GET /metrics\r\n\r\n"), std::string_view("GET /metrics HTTP/9.9\r\n\r\n"),
        std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15),
        std::string_view("GET * HTTP/1.1\r\n\r\n"), std::string_view("OPTIONS * HTTP/1.1\r\n\r\n"),
        std::string_view("GET /metrics HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string_view("\r\n\r\n\r\n\r\n"), std::string_view(long_path)}) {
    const int status = Raw(bytes).status;
    EXPECT_TRUE(status == 0 || status >= 400) << status << " for " << bytes.substr(0, 60);
    EXPECT_EQ(Answer("GET", "/metrics").status, 200) << "after " << bytes.substr(0, 60);
  }
}

TEST_F(HttpServerTest, OddRequestsAreSurvived) {
  std::string many_headers = "GET /metrics HTTP/1.1\r\n";
  for (int i = 0; i < 500; ++i) many_headers += "X-" + std::to_string(i) + ": y\r\n";
  many_headers += "\r\n";
  for (const std::string_view bytes :
       {std::string_view("GET /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n"),
        std::string_view(many_headers)}) {
    const HttpClient client(port_);
    client.Send(bytes);
    EXPECT_EQ(Answer("GET", "/metrics").body, kMetrics) << "beside " << bytes.substr(0, 60);
    EXPECT_NE(client.ReadAnswer().status, 500);
  }
}

TEST_F(HttpServerTest, EncodedPathsAreDecodedOnce) {
  EXPECT_EQ(Answer("GET", "/%6detrics").status, 200);
  EXPECT_EQ(Answer("GET", "/%256detrics").status, 404);
}

TEST_F(HttpServerTest, HalfSentRequestsHoldNobodyUp) {
  std::vector<std::unique_ptr<HttpClient>> idle;
  for (int i = 0; i < 400; ++i) {
    idle.push_back(std::make_unique<HttpClient>(port_));
    idle.back()->Send("GET /metrics HTTP/1.1\r\nHo");
  }
  const auto before = steady_clock::now();
  EXPECT_EQ(Answer("GET", "/metrics").status, 200);
  // Long before the server gives them up; how long it takes on a busy machine is not asked here.
  EXPECT_LT(steady_clock::now() - before, std::chrono::seconds(3));
}

TEST_F(HttpServerTest, ClientsThatHangDoNotHoldUpTheEnd) {
  const HttpClient silent(port_);
  const HttpClient half(port_);
  half.Send("GET /metrics HTTP/1.1\r\nHo");
  const HttpClient deaf(port_);
  deaf.Send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(Answer("GET", "/metrics").status, 200);
  const auto before = steady_clock::now();
  server_.Stop();
  EXPECT_LT(steady_clock::now() - before, std::chrono::milliseconds(2500));
  EXPECT_FALSE(HttpClient(port_).connected());
}

TEST_F(HttpServerTest, ManyScrapesAtOnceAreAllWhole) {
  std::atomic<int> whole = 0;
  std::vector<std::thread> scrapers;
  for (int i = 0; i < 16; ++i) {
    scrapers.emplace_back([&] {
      for (int k = 0; k < 25; ++k) {
        if (Answer("GET", "/metrics").body == kMetrics) ++whole;
      }
    });
  }
  for (std::thread& scraper : scrapers) scraper.join();
  EXPECT_EQ(whole, 16 * 25);
}

TEST_F(HttpServerTest, BigPagesArriveWhole) {
  EXPECT_EQ(Answer("GET", "/big").body.size(), std::size_t{8} << 20U);
}

TEST_F(HttpServerTest, BusyPortIsNamed) {
  HttpServer second({});
  const absl::Status status =
      second.Start({{.host = "127.0.0.1", .port = static_cast<std::uint16_t>(port_)}});
  EXPECT_EQ(status.message(), "cannot listen on 127.0.0.1:" + std::to_string(port_) +
                                  ": Address already in use; choose another --web.listen-address");
}

TEST(HttpServerAddressTest, UnknownHostIsNamed) {
  HttpServer server({});
  const absl::Status status = server.Start({{.host = "host.invalid", .port = 0}});
  EXPECT_THAT(std::string(status.message()), StartsWith("cannot listen on host.invalid:0: "));
}

TEST(HttpServerAddressTest, ServesOnAllAddressesOfBothVersions) {
  HttpServer server({{"/", {[](const HttpRequest&) { return Page{.body = "here"}; }}}});
  ASSERT_TRUE(server.Start({{.host = {}, .port = 0}}).ok());
  const int port = server.ports().at(0);
  EXPECT_EQ(Request(port, "GET", "/").body, "here");
  if (!HasIpv6()) GTEST_SKIP() << "no IPv6 on this machine";
  const HttpClient client(port, "::1");
  client.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(ParseAnswer(client.ReadToEnd()).body, "here");
}

TEST(HttpServerAddressTest, ServesOnSeveralAddresses) {
  if (!HasIpv6()) GTEST_SKIP() << "no IPv6 on this machine";
  HttpServer server({{"/", {[](const HttpRequest&) { return Page{.body = "here"}; }}}});
  ASSERT_TRUE(server.Start({{.host = "127.0.0.1", .port = 0}, {.host = "::1", .port = 0}}).ok());
  const std::vector<int> ports = server.ports();
  ASSERT_EQ(ports.size(), 2U);
  EXPECT_EQ(Request(ports[0], "GET", "/").body, "here");
  const HttpClient client(ports[1], "::1");
  client.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(ParseAnswer(client.ReadToEnd()).body, "here");
}

TEST(HttpServerAddressTest, CanBeStoppedTwiceAndUnstarted) {
  HttpServer server({});
  server.Stop();
  EXPECT_TRUE(server.ports().empty());
  ASSERT_TRUE(server.Start({{.host = "127.0.0.1", .port = 0}}).ok());
  server.Stop();
  server.Stop();
}

}  // namespace
}  // namespace maillog
