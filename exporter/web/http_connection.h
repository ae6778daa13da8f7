// One connection of the HTTP server: reads a request, waits for its page, writes it, and starts
// over. Lives on the server's thread and nowhere else.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/web/http_channel.h"
#include "exporter/web/http_limits.h"
#include "exporter/web/http_message.h"

namespace maillog {

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// Answer() has to be called some time later.
    virtual void OnRequest(const std::shared_ptr<HttpConnection>& connection,
                           HttpRequest request) = 0;
    virtual void OnTlsFault() = 0;
    /// A request that cannot be understood was answered with this status.
    virtual void OnBadRequest(int status) = 0;
    /// It is closed, and must not be called again.
    virtual void OnEnd(const HttpConnection& connection) = 0;
  };

  /// In the order in which a full server drops connections.
  enum class Doing : std::uint8_t { kFirstRequest, kFarewell, kRest, kRequest, kAnswer, kPage };

  /// `socket` does not block, and is closed with this. `owner` outlives it.
  HttpConnection(boost::asio::io_context& io, int socket, std::unique_ptr<HttpChannel> channel,
                 Owner& owner, const HttpTimes& times);

  void Start();
  /// `more`: fields for the header, each with its line ending.
  void Answer(std::shared_ptr<const Page> page, std::string_view more);
  void Close();

  [[nodiscard]] Doing doing() const { return doing_; }
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  /// Of which there is still something to be sent, if its header does not hold it all; or nullptr.
  [[nodiscard]] const Page* page() const { return page_.get(); }

 private:
  /// Bytes of an answer that have yet to be sent.
  [[nodiscard]] std::size_t unsent() const;
  void Begin(Doing doing, std::chrono::milliseconds longest);
  void OnDeadline();
  /// Continues when the socket can be read or written, as was asked for last.
  void WaitFor(HttpChannel::Next next);
  void GoOn();
  void Read();
  /// Whether another request is in what was read.
  bool TakeRequest();
  /// While it waits for its page.
  void LookForHangUp();
  void Refuse(int status);
  void Write();
  void AfterAnswer();
  void BidFarewell();
  void Discard();

  boost::asio::posix::stream_descriptor socket_;
  std::unique_ptr<HttpChannel> channel_;
  boost::asio::steady_timer timer_;
  Owner& owner_;
  const HttpTimes times_;

  Doing doing_ = Doing::kFirstRequest;
  std::uint64_t waits_ = 0;  // since the start; only the last of them counts
  std::string received_;
  std::size_t searched_ = 0;  // of received_, for the end of a header
  bool is_head_ = false;
  maillog::AfterAnswer after_ = maillog::AfterAnswer::kClose;
  std::string header_;  // of the answer
  std::shared_ptr<const Page> page_;
  std::string_view body_;      // of page_, what is to be sent after the header
  std::size_t sent_ = 0;       // of header and body together
  std::size_t discarded_ = 0;  // after the last answer
};

}  // namespace maillog
