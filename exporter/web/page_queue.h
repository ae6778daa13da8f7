// Pages that clients have asked for and that have yet to be made, and who waits for them. What is
// in it is bounded by the clients that are still there: a page that nobody waits for any more is
// not made.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/web/http_message.h"
#include "exporter/web/http_server.h"

namespace maillog {

class HttpConnection;

/// One thread at a time.
class PageQueue {
 public:
  using Client = std::shared_ptr<HttpConnection>;
  struct Job {
    std::string key;  ///< requests of the same key get the same page
    const PageMaker* maker = nullptr;
    HttpRequest request;
  };

  /// `most_at_a_time`: pages that are made at a time. `most_waiting`: HttpLimits::waiting_pages.
  PageQueue(std::size_t most_at_a_time, std::size_t most_waiting)
      : most_at_a_time_(most_at_a_time), most_waiting_(most_waiting) {}

  /// The client waits for the page from now on, with those who asked for it before. False, and it
  /// does not, if too many pages wait.
  [[nodiscard]] bool Add(Job job, const Client& client);
  /// The page to make now, if there is one and it is its turn. End() has to be called some time
  /// later.
  [[nodiscard]] std::optional<Job> Begin();
  /// It is made: for these clients, in the order in which they came.
  [[nodiscard]] std::vector<Client> End(const std::string& key);
  /// The client waits no longer, if it did.
  void Leave(const HttpConnection& client);

 private:
  struct Wanted {
    std::vector<Client> clients;
    bool begun = false;
  };

  const std::size_t most_at_a_time_;
  const std::size_t most_waiting_;
  std::map<std::string, Wanted> wanted_;  // by key
  std::deque<Job> waiting_;               // those of wanted_ that have not begun, from the oldest
  std::size_t begun_ = 0;
};

}  // namespace maillog
