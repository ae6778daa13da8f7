// What RelpInput reads, from whom and in which order.
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "exporter/input/syslog/relp_input.h"

namespace maillog {
namespace {

constexpr std::uint32_t kGoneEvents = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

std::size_t BytesThere(int socket) {
  int bytes = 0;
  return ::ioctl(socket, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

}  // namespace

bool RelpInput::ReadAll() {
  std::array<epoll_event, kMaxConnections + 1> events;
  const int count = ::epoll_wait(epoll_.number(), events.data(), events.size(), 0);
  std::vector<int> ready;
  bool accept = false;
  for (const epoll_event& event :
       std::span(events).first(static_cast<std::size_t>(std::max(count, 0)))) {
    const auto connection = connections_.find(event.data.fd);
    if (connection == connections_.end()) {
      accept = true;
    } else if ((event.events & kGoneEvents) != 0) {
      // What it sent and was not read will be sent again: the answer could not reach it.
      Drop(connection);
    } else if ((event.events & EPOLLOUT) != 0) {
      Send(connection);
    } else {
      ready.push_back(event.data.fd);
    }
  }
  ReadInTurn(std::move(ready));
  if (accept) Accept();
  return count > 0;
}

// Each is the first in its turn.
void RelpInput::ReadInTurn(std::vector<int> ready) {
  if (ready.empty()) return;
  std::rotate(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(turn_++ % ready.size()),
              ready.end());
  for (const int number : ready) {
    const auto connection = connections_.find(number);
    if (connection == connections_.end()) continue;
    if (!IsNew(connection->second) || ReadFormer(ready, connection->second)) Read(connection);
  }
}

bool RelpInput::IsNew(const Connection& connection) {
  return !connection.resends || !connection.resends->decided();
}

// What a new session sends again is known by what its host's former ones have sent: whatever of
// theirs is there by now is read first, in as many turns as that takes. Not what comes meanwhile:
// one that never stops sending would keep the new one from its turn for ever. False: not yet.
bool RelpInput::ReadFormer(const std::vector<int>& ready, Connection& begun) {
  const bool waits = std::exchange(begun.waits, true);
  bool are_read = true;
  for (const int number : ready) {
    const auto former = connections_.find(number);
    if (former == connections_.end() || former->second.host != begun.host) continue;
    if (IsNew(former->second)) continue;
    std::size_t& first = former->second.first;
    if (!waits) first = std::max(first, BytesThere(number));
    if (first == 0) continue;
    Read(former);
    const auto still = connections_.find(number);
    are_read = are_read && (still == connections_.end() || still->second.first == 0);
  }
  return are_read;
}

bool RelpInput::TakesMore(const Connection& from) const {
  return lines_.text.size() < kMaxSyslogText && !from.session.broken() &&
         from.session.unanswered() < kMaxUnansweredMessages;
}

void RelpInput::Read(Connections::iterator connection) {
  Connection& from = connection->second;
  if (std::exchange(from.turn, turn_) == turn_) return;
  for (std::size_t bytes = 0; bytes < kMaxTurnBytes && TakesMore(from);) {
    const ssize_t read = ::recv(from.socket.number(), buffer_.data(), buffer_.size(), 0);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0 && errno == EAGAIN) {
      from.first = 0;
      break;
    }
    if (read <= 0) return Drop(connection);
    const auto size = static_cast<std::size_t>(read);
    bytes += size;
    from.first -= std::min(from.first, size);
    from.waits = false;
    from.last = around_.clock.Now();
    read_bytes_ += size;
    TakeBytes(from, {buffer_.data(), size});
  }
  Send(connection);
}

void RelpInput::TakeBytes(Connection& from, std::string_view bytes) {
  while (const std::optional<RelpMessage> message = from.session.Take(bytes)) {
    TakeMessage(from, *message);
  }
  if (!from.session.closing()) return;
  if (from.resends) from.resends->Settle();
  Release(from);
  closes_ = true;
}

void RelpInput::TakeMessage(Connection& from, const RelpMessage& message) {
  if (!from.resends) from.resends.emplace(senders_.CandidatesOf(from.host));
  if (from.resends->decided()) {
    return Count(from, message.text, message.hash, message.overlong);
  }
  from.held.push_back({std::string(message.text), message.hash, message.overlong});
  from.held_bytes += message.text.size();
  from.resends->Add(message.hash);
  if (from.held_bytes > kMaxHeldBytes || from.held.size() >= kMaxHeldMessages) {
    from.resends->Settle();
  }
  Release(from);
}

// What is settled: it was counted before, or is counted now.
void RelpInput::Release(Connection& from) {
  if (from.held.empty()) return;
  const std::size_t settled = from.resends->settled() - from.released;
  for (std::size_t i = 0; i < settled; ++i) {
    const Held& held = from.held[i];
    from.held_bytes -= held.text.size();
    if (from.released++ >= from.resends->resent()) {
      Count(from, held.text, held.hash, held.overlong);
      continue;
    }
    ++from.handled;
    if (!waits_since_) waits_since_ = around_.clock.Now();
  }
  from.held.erase(from.held.begin(), from.held.begin() + static_cast<std::ptrdiff_t>(settled));
}

void RelpInput::Count(Connection& from, std::string_view text, std::uint64_t hash, bool overlong) {
  AppendMessage(text, lines_);
  if (overlong) ++lines_.malformed;
  if (!from.sender) BeginSender(from);
  senders_.Add(*from.sender, hash);
  ++from.handled;
  if (!waits_since_) waits_since_ = around_.clock.Now();
}

void RelpInput::BeginSender(Connection& from) {
  const std::optional<BookmarkNumber> former = from.resends->matched();
  // Its sender has given that connection up: what may still come by it comes by this one.
  for (const auto& [number, other] : connections_) {
    if (former && other.sender == former) ::shutdown(number, SHUT_RDWR);
  }
  from.sender = senders_.Begin(from.host, former);
}

}  // namespace maillog
