// Who waits for which page, with real sockets: pages are made as soon as a test lets them.
#include "exporter/web/page_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/web/http_server.h"
#include "tests/support/eventually.h"
#include "tests/support/http_client.h"

namespace maillog {
namespace {

using test::Eventually;
using test::HttpClient;
using test::Request;

class PageQueueTest : public testing::Test {
 protected:
  ~PageQueueTest() override { LetGo(); }

  void Start(const HttpLimits& limits = {}) {
    server_ = std::make_unique<HttpServer>(
        PageTable{
            {"/page",
             {.make = [this](const HttpRequest& request) { return Make(request); },
              .variant =
                  [this](const HttpRequest& request) {
                    ++asked_;
                    return request.query;
                  }}},
            {"/at-once",
             {.make = [](const HttpRequest&) { return Page{.body = "here"}; }, .at_once = true}}},
        HttpOptions{.limits = limits});
    ASSERT_TRUE(server_->Start({{.host = "127.0.0.1", .port = 0}}).ok());
    port_ = server_->ports().at(0);
  }

  using Client = std::unique_ptr<HttpClient>;
  /// Has sent a request for /page, and `more`.
  [[nodiscard]] Client Asks(const std::string& query, const std::string& more = {}) const {
    auto client = std::make_unique<HttpClient>(port_);
    client->Send("GET /page" + query + " HTTP/1.1\r\nHost: x\r\n\r\n" + more);
    return client;
  }
  /// Two clients whose pages are being made: all others wait.
  [[nodiscard]] std::vector<Client> KeepAllBusy() const {
    std::vector<Client> busy;
    for (const char* const query : {"?a", "?b"}) busy.push_back(Asks(query));
    EXPECT_TRUE(Eventually([&] { return made_ == 2; }));
    return busy;
  }
  void LetGo() {
    held_ = false;
    held_.notify_all();
  }

  std::atomic<int> asked_ = 0;  // requests
  std::atomic<int> made_ = 0;   // pages, those that are being made included
  std::unique_ptr<HttpServer> server_;
  int port_ = 0;

 private:
  Page Make(const HttpRequest& request) {
    ++made_;
    held_.wait(true);
    return Page{.body = "page " + request.query};
  }

  std::atomic<bool> held_ = true;
};

TEST_F(PageQueueTest, WhoAsksForAPageThatIsBeingMadeGetsTheSame) {
  Start();
  std::vector<Client> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(Asks(i % 2 == 0 ? "?a" : "?b"));
  EXPECT_TRUE(Eventually([&] { return asked_ == 20 && made_ == 2; }));
  // However busy the threads that make pages are.
  EXPECT_EQ(Request(port_, "GET", "/at-once").body, "here");
  LetGo();
  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_EQ(clients[i]->ReadAnswer().body, i % 2 == 0 ? "page a" : "page b");
  }
  EXPECT_EQ(made_, 2);
}

TEST_F(PageQueueTest, AHangUpIsNoticedWhileAPageIsAwaited) {
  Start();
  const std::vector<Client> busy = KeepAllBusy();
  for (const std::string_view sends_more : {"", "GET /page HTTP/1.1\r\nHo"}) {
    for (const char* const query : {"?a", "?c", ""}) {
      const Client client = Asks(query);
      // By the time of an answer here, what was sent there has been seen.
      EXPECT_EQ(Request(port_, "GET", "/at-once").body, "here");
      client->Send(sends_more);
      EXPECT_EQ(Request(port_, "GET", "/at-once").body, "here");
      client->HangUp();
      EXPECT_TRUE(Eventually([&] { return client->IsHungUp(); })) << query << sends_more;
    }
  }
  EXPECT_FALSE(busy[0]->IsHungUp());
}

TEST_F(PageQueueTest, WhatNobodyWaitsForAnyMoreIsNotMade) {
  Start();
  const std::vector<Client> busy = KeepAllBusy();
  std::vector<Client> gone;
  for (int i = 0; i < 30; ++i) gone.push_back(Asks("?" + std::to_string(i)));
  const Client stays = Asks("?7");
  EXPECT_TRUE(Eventually([&] { return asked_ == 33; }));
  for (const Client& client : gone) client->HangUp();
  EXPECT_TRUE(Eventually([&] {
    return std::all_of(gone.begin(), gone.end(), [](const Client& one) { return one->IsHungUp(); });
  }));
  LetGo();
  EXPECT_EQ(stays->ReadAnswer().body, "page 7");
  EXPECT_EQ(Request(port_, "GET", "/page?last").body, "page last");
  EXPECT_EQ(made_, 4);
}

TEST_F(PageQueueTest, SoManyPagesWaitAndTheOrdinaryOneAlways) {
  HttpLimits limits;
  limits.waiting_pages = 3;
  Start(limits);
  const std::vector<Client> busy = KeepAllBusy();
  std::vector<Client> waiting;
  for (const char* const query : {"?c", "?d", "?e"}) waiting.push_back(Asks(query));
  EXPECT_TRUE(Eventually([&] { return asked_ == 5; }));
  EXPECT_EQ(Asks("?f")->ReadAnswer().status, 503);
  const Client shares = Asks("?d");
  const Client ordinary = Asks("");
  EXPECT_TRUE(Eventually([&] { return asked_ == 8; }));
  // Whoever leaves makes room.
  waiting[0]->HangUp();
  EXPECT_TRUE(Eventually([&] { return waiting[0]->IsHungUp(); }));
  waiting[1]->HangUp();
  shares->HangUp();
  EXPECT_TRUE(Eventually([&] { return waiting[1]->IsHungUp() && shares->IsHungUp(); }));
  const Client next = Asks("?g");
  EXPECT_TRUE(Eventually([&] { return asked_ == 9; }));
  LetGo();
  EXPECT_EQ(waiting[2]->ReadAnswer().body, "page e");
  EXPECT_EQ(ordinary->ReadAnswer().body, "page ");
  EXPECT_EQ(next->ReadAnswer().body, "page g");
}

TEST_F(PageQueueTest, AConnectionIsKeptAfterAPageThatWasAwaited) {
  Start();
  const std::vector<Client> busy = KeepAllBusy();
  const Client client = Asks("?c", "GET /page?d HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(Eventually([&] { return asked_ == 3; }));
  LetGo();
  EXPECT_EQ(client->ReadAnswer().body, "page c");
  EXPECT_EQ(client->ReadAnswer().body, "page d");
  for (int i = 0; i < 50; ++i) {
    client->Send("GET /page?e HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(client->ReadAnswer().body, "page e");
  }
}

}  // namespace
}  // namespace maillog
