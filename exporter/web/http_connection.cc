#include "exporter/web/http_connection.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <variant>

namespace maillog {
namespace {

// How much is sent or thrown away at a time before others have their turn.
constexpr std::size_t kTurnBytes = 256 * 1024;
// A page up to here goes out in one piece with its header.
constexpr std::size_t kSmallBytes = 8 * 1024;
// How much a client may still send after it was refused, before it is cut off.
constexpr std::size_t kMaxDiscardedBytes = 1024 * 1024;
// How often a client is looked at that waits for a page and has sent more than it asked for with.
constexpr std::chrono::milliseconds kBetweenLooks{100};
constexpr int kHeaderTooLarge = 431;
constexpr int kBadRequest = 400;

}  // namespace

HttpConnection::HttpConnection(boost::asio::io_context& io, int socket,
                               std::unique_ptr<HttpChannel> channel, Owner& owner,
                               const HttpTimes& times)
    : socket_(io, socket), channel_(std::move(channel)), timer_(io), owner_(owner), times_(times) {}

void HttpConnection::Start() {
  Begin(Doing::kFirstRequest, times_.request);
  Read();
}

std::size_t HttpConnection::unsent() const {
  if (doing_ != Doing::kAnswer) return 0;
  return header_.size() + body_.size() - sent_;
}

void HttpConnection::Close() {
  if (!socket_.is_open()) return;
  const auto self = shared_from_this();
  // Otherwise the system would keep offering the rest to a client that does not read it.
  if (unsent() > 0) {
    const linger reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  owner_.OnEnd(*this);
  timer_.cancel();
  page_.reset();
  body_ = {};
  channel_.reset();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void HttpConnection::Begin(Doing doing, std::chrono::milliseconds longest) {
  doing_ = doing;
  timer_.expires_after(longest);
  timer_.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
    const auto connection = self.lock();
    if (!error && connection) connection->OnDeadline();
  });
}

void HttpConnection::OnDeadline() {
  // One that was set meanwhile.
  if (timer_.expiry() > std::chrono::steady_clock::now()) return;
  doing_ == Doing::kPage ? LookForHangUp() : Close();
}

void HttpConnection::WaitFor(HttpChannel::Next next) {
  if (next == HttpChannel::Next::kFault) owner_.OnTlsFault();
  if (next == HttpChannel::Next::kFault || next == HttpChannel::Next::kEnd) return Close();
  const auto wait = next == HttpChannel::Next::kWaitForInput
                        ? boost::asio::posix::stream_descriptor::wait_read
                        : boost::asio::posix::stream_descriptor::wait_write;
  // An answer does not wait until what was waited for beside its page has come.
  socket_.async_wait(
      wait, [self = shared_from_this(), number = ++waits_](const boost::system::error_code& error) {
        if (!self->socket_.is_open() || number != self->waits_) return;
        if (error) return self->Close();
        self->GoOn();
      });
}

void HttpConnection::GoOn() {
  switch (doing_) {
    case Doing::kFirstRequest:
    case Doing::kRest:
    case Doing::kRequest:
      return Read();
    case Doing::kAnswer:
      return Write();
    case Doing::kFarewell:
      return Discard();
    case Doing::kPage:
      return LookForHangUp();
  }
}

void HttpConnection::Read() {
  std::array<char, 2048> bytes;
  while (!TakeRequest()) {
    const HttpChannel::Result read = channel_->Read(bytes);
    if (read.next != HttpChannel::Next::kGoOn) return WaitFor(read.next);
    if (doing_ == Doing::kRest) Begin(Doing::kRequest, times_.request);
    received_.append(bytes.data(), read.bytes);
  }
}

bool HttpConnection::TakeRequest() {
  if (!BeginsLikeARequest(received_)) {
    Refuse(kBadRequest);
    return true;
  }
  const std::size_t end = HeaderEnd(received_, searched_);
  searched_ = received_.size();
  if (end == std::string::npos ? received_.size() >= kMaxRequestBytes : end > kMaxRequestBytes) {
    Refuse(kHeaderTooLarge);
    return true;
  }
  if (end == std::string::npos) return false;
  std::variant<HttpRequest, int> parsed = ParseRequest(std::string_view(received_).substr(0, end));
  if (const int* status = std::get_if<int>(&parsed)) {
    Refuse(*status);
    return true;
  }
  auto& request = std::get<HttpRequest>(parsed);
  received_.erase(0, end);
  searched_ = 0;
  is_head_ = request.method == "HEAD";
  // A body is not read, so what comes next could not be distinguished from it.
  after_ = request.keep_alive && !request.has_body ? maillog::AfterAnswer::kKeep
                                                   : maillog::AfterAnswer::kClose;
  doing_ = Doing::kPage;
  timer_.cancel();
  owner_.OnRequest(shared_from_this(), std::move(request));
  if (is_open() && doing_ == Doing::kPage) WaitFor(HttpChannel::Next::kWaitForInput);
  return true;
}

// Who has closed is gone, even if it has only ended its own side: the two look the same from here.
void HttpConnection::LookForHangUp() {
  pollfd polled{.fd = socket_.native_handle(), .events = POLLIN | POLLRDHUP, .revents = 0};
  ::poll(&polled, 1, 0);
  if ((polled.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return Close();
  if (polled.revents == 0) return WaitFor(HttpChannel::Next::kWaitForInput);
  // The next request is there already, and would be there again at once.
  Begin(Doing::kPage, kBetweenLooks);
}

void HttpConnection::Refuse(int status) {
  received_.clear();
  is_head_ = false;
  after_ = maillog::AfterAnswer::kClose;
  owner_.OnBadRequest(status);
  Answer(StatusPage(status), {});
}

void HttpConnection::Answer(std::shared_ptr<const Page> page, std::string_view more) {
  if (!socket_.is_open()) return;
  page_ = std::move(page);
  header_ = AnswerHeader(*page_, more, after_);
  body_ = is_head_ ? std::string_view() : page_->body;
  if (body_.size() <= kSmallBytes) header_.append(std::exchange(body_, {}));
  if (body_.empty()) page_.reset();
  sent_ = 0;
  Begin(Doing::kAnswer, times_.answer);
  Write();
}

void HttpConnection::Write() {
  for (std::size_t turn = 0; unsent() > 0;) {
    if (turn > kTurnBytes) return WaitFor(HttpChannel::Next::kWaitForOutput);
    const std::string_view header =
        std::string_view(header_).substr(std::min(sent_, header_.size()));
    const std::size_t sent_of_body = sent_ - std::min(sent_, header_.size());
    const std::string_view body = body_.substr(sent_of_body, kTurnBytes);
    const HttpChannel::Result written = channel_->Write(header, body);
    if (written.next != HttpChannel::Next::kGoOn) return WaitFor(written.next);
    sent_ += written.bytes;
    turn += written.bytes;
  }
  AfterAnswer();
}

void HttpConnection::AfterAnswer() {
  page_.reset();
  header_ = {};
  body_ = {};
  if (after_ == maillog::AfterAnswer::kClose) return BidFarewell();
  Begin(received_.empty() ? Doing::kRest : Doing::kRequest,
        received_.empty() ? times_.idle : times_.request);
  if (received_.empty()) received_ = {};
  // The next request may have been read already, here or by TLS. Not at once: a client that sends
  // one after another would keep the thread to itself.
  WaitFor(HttpChannel::Next::kWaitForOutput);
}

// Closed while something is unread, the system would throw away what the client has not read yet.
void HttpConnection::BidFarewell() {
  received_ = {};
  Begin(Doing::kFarewell, times_.farewell);
  channel_->EndOfOutput();
  Discard();
}

void HttpConnection::Discard() {
  std::array<char, 4096> bytes;
  while (discarded_ < kMaxDiscardedBytes) {
    const ssize_t count = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), 0);
    if (count == 0) return Close();
    if (count < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) return Close();
      return WaitFor(HttpChannel::Next::kWaitForInput);
    }
    discarded_ += static_cast<std::size_t>(count);
  }
  Close();
}

}  // namespace maillog
