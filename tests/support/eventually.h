// For what another thread does some time.
#pragma once

#include <chrono>
#include <thread>

namespace maillog::test {

/// Asks until it is true, for ten seconds at most.
template <class Question>
[[nodiscard]] bool Eventually(Question question) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    if (question()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace maillog::test
