// RELP over the loopback, with senders that do anything at all.
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <random>
#include <string>
#include <vector>

#include "tests/support/relp_peer.h"
#include "tests/support/relp_run.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;

// Three senders do anything at all, and everything happens to them and to the exporter.
TEST_F(RelpInputTest, WhateverHappensEachMessageCountsOnce) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    input_.reset();
    saved_ = {};
    port_ = 0;
    disk_ = Disk::kWorks;
    Start();
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(random() % limit);
    };
    std::array<RelpPeer, 3> peers{RelpPeer(1), RelpPeer(1), RelpPeer(2)};
    std::vector<std::string> sent;
    for (int step = 0; step < 120; ++step) {
      const std::uint32_t number = below(3);
      RelpPeer& peer = peers[number];
      const std::string message =
          "sender " + std::to_string(number) + " message " + std::to_string(step);
      switch (below(9)) {
        case 0:
        case 1:
        case 2:
          if (!peer.is_connected()) peer.Connect(port_);
          sent.push_back(message);
          peer.Send(message);
          break;
        case 3:
          if (!peer.is_connected()) break;
          sent.push_back(message);
          peer.SendHalf(message);
          peer.Cut();
          break;
        case 4:
          if (peer.is_connected()) peer.ReadAnswers();
          break;
        case 5:
          below(2) == 0 ? peer.Cut() : peer.Close();
          break;
        case 6:
          clock_.Advance(milliseconds(below(300)));
          break;
        case 7:
          disk_ = static_cast<Disk>(below(3));
          break;
        default:
          if (below(4) == 0) {
            Crash();
            for (RelpPeer& each : peers) each.Cut();
          }
          break;
      }
      if (below(2) == 0) Next();
    }
    disk_ = Disk::kWorks;
    for (RelpPeer& peer : peers) {
      peer.Cut();
      Settle();
      peer.Connect(port_);
      Settle();
      peer.ReadAnswers();
      EXPECT_EQ(peer.unanswered(), 0U);
    }
    ASSERT_EQ(Sorted(saved_.counted), Sorted(sent));
  }
}

}  // namespace
}  // namespace maillog::test
