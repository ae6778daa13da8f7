#include "exporter/input/syslog/relp_input.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include "exporter/os/file_system.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMaxText = 256 * 1024;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kBacklog = 64;
constexpr milliseconds kFirstRetry{250};
constexpr seconds kMaxRetry{30};
constexpr seconds kBetweenLooks{10};
constexpr std::uint32_t kGone = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

std::string HostOf(const sockaddr_storage& peer, socklen_t size) {
  std::array<char, NI_MAXHOST> text{};
  const int error = ::getnameinfo(reinterpret_cast<const sockaddr*>(&peer), size, text.data(),
                                  text.size(), nullptr, 0, NI_NUMERICHOST);
  return error == 0 ? text.data() : "unknown";
}

}  // namespace

RelpInput::RelpInput(ListenAddress address, const std::optional<std::vector<Bookmark>>& saved,
                     Surroundings around)
    : address_(std::move(address)),
      around_(std::move(around)),
      senders_(saved),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      retry_(kFirstRetry),
      buffer_(kReadBytes) {
  around_.waker.WatchDescriptor(epoll_.number());
}

RelpInput::~RelpInput() = default;

absl::StatusOr<Block> RelpInput::Next() {
  const TimePoint now = around_.clock.Now();
  if (!socket_.is_open()) {
    if (absl::Status listening = Listen(); !listening.ok()) {
      if (retry_ == Duration(kFirstRetry)) {
        LogWarn("RELP cannot be received; trying again",
                {{"error", std::string(listening.message())}});
      }
      look_at_ = now + retry_;
      retry_ = std::min<Duration>(retry_ * 2, kMaxRetry);
      return listening;
    }
    if (retry_ != Duration(kFirstRetry)) LogInfo("RELP is received again");
    retry_ = kFirstRetry;
    look_at_ = now;
  }
  if (IsCommitDue(now) || fails_) {
    if (absl::Status saved = Commit(now); !saved.ok()) return saved;
  }
  lines_.text.clear();
  lines_.malformed = 0;
  read_bytes_ = 0;
  if (now >= look_at_) CloseIdle(now);
  SettleHeld(now);
  const bool read = ReadAll();
  const RelpSenders::Changes changes = senders_.TakeChanges();
  Block block{.messages = lines_.text,
              .malformed = lines_.malformed,
              .read_bytes = read_bytes_,
              .begun = changes.changed,
              .forgotten = changes.forgotten};
  block.progress = read || IsCommitDue(now) ? Progress::kMore : Progress::kAtEnd;
  return block;
}

TimePoint RelpInput::deadline() const {
  if (fails_) return commit_again_;
  TimePoint until = look_at_;
  if (waits_since_) until = std::min(until, *waits_since_ + kMaxUnanswered);
  for (const auto& [number, connection] : connections_) {
    if (!connection.held.empty()) until = std::min(until, connection.last + kMaxHeld);
  }
  return until;
}

absl::Status RelpInput::Listen() {
  absl::StatusOr<Descriptor> opened = BindInternet(address_, SOCK_STREAM);
  if (!opened.ok()) return opened.status();
  if (::listen(opened->number(), kBacklog) != 0) return ErrnoStatus(errno, "listen");
  socket_ = *std::move(opened);
  Watch(socket_.number(), EPOLLIN, EPOLL_CTL_ADD);
  return absl::OkStatus();
}

bool RelpInput::IsCommitDue(TimePoint now) const {
  if (!waits_since_) return false;
  return closes_ || now >= *waits_since_ + kMaxUnanswered ||
         std::any_of(connections_.begin(), connections_.end(),
                     [](const auto& each) { return each.second.handled >= kManyUnanswered; });
}

// While it fails, nothing is read: what the senders have not sent yet is safest with them.
absl::Status RelpInput::Commit(TimePoint now) {
  absl::Status unsaved = absl::UnavailableError(
      "nothing is read or acknowledged by RELP while the state cannot be saved");
  if (fails_ && now < commit_again_) return unsaved;
  const bool failed = std::exchange(fails_, !around_.commit());
  if (fails_) {
    commit_again_ = around_.clock.Now() + kCommitRetry;
    if (!failed) around_.waker.WatchDescriptor(kNoDescriptor);
    return unsaved;
  }
  if (failed) around_.waker.WatchDescriptor(epoll_.number());
  waits_since_.reset();
  closes_ = false;
  for (auto each = connections_.begin(); each != connections_.end();) {
    const auto connection = each++;
    Connection& answered = connection->second;
    answered.session.Answer(std::exchange(answered.handled, 0));
    Send(connection);
  }
  return absl::OkStatus();
}

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
    } else if ((event.events & kGone) != 0) {
      // What it sent and was not read will be sent again: the answer could not reach it.
      Drop(connection);
    } else if ((event.events & EPOLLOUT) != 0) {
      Send(connection);
    } else {
      ready.push_back(event.data.fd);
    }
  }
  if (!ready.empty()) {  // each is the first in its turn
    std::rotate(ready.begin(), ready.begin() + static_cast<std::ptrdiff_t>(turn_++ % ready.size()),
                ready.end());
  }
  for (const int number : ready) {
    const auto connection = connections_.find(number);
    if (connection == connections_.end()) continue;
    // What a new session sends again is known by what its host's former ones have sent: those
    // first.
    if (IsNew(connection->second)) ReadFormer(ready, connection->second.host);
    Read(connection);
  }
  if (accept) Accept();
  return count > 0;
}

bool RelpInput::IsNew(const Connection& connection) {
  return !connection.resends || !connection.resends->decided();
}

void RelpInput::ReadFormer(const std::vector<int>& ready, const std::string& host) {
  for (const int number : ready) {
    const auto former = connections_.find(number);
    if (former == connections_.end() || former->second.host != host) continue;
    if (!IsNew(former->second)) Read(former);
  }
}

void RelpInput::Accept() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Descriptor accepted(::accept4(socket_.number(), reinterpret_cast<sockaddr*>(&peer), &size,
                                SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!accepted.is_open()) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    // Otherwise it would be announced without end.
    Watch(socket_.number(), 0, EPOLL_CTL_MOD);
    accepts_ = false;
    look_at_ = around_.clock.Now() + seconds(1);
    return;
  }
  if (connections_.size() >= kMaxConnections && !MakeRoom()) return;
  const int number = accepted.number();
  SwitchSocket(number, SOL_SOCKET, SO_KEEPALIVE, 1);
  Watch(number, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
  Connection& begun = connections_[number];
  begun.socket = std::move(accepted);
  begun.host = HostOf(peer, size);
  begun.last = around_.clock.Now();
}

bool RelpInput::MakeRoom() {
  const auto longest =
      std::min_element(connections_.begin(), connections_.end(),
                       [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
  if (around_.clock.Now() - longest->second.last < kIdle) return false;
  Drop(longest);
  return true;
}

void RelpInput::Read(Connections::iterator connection) {
  Connection& from = connection->second;
  while (lines_.text.size() < kMaxText && !from.session.closed() && !from.session.broken()) {
    const ssize_t read = ::recv(from.socket.number(), buffer_.data(), buffer_.size(), 0);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0 && errno == EAGAIN) break;
    if (read <= 0) return Drop(connection);
    from.last = around_.clock.Now();
    read_bytes_ += static_cast<std::uint64_t>(read);
    TakeBytes(from, {buffer_.data(), static_cast<std::size_t>(read)});
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
  if (from.held_bytes > kMaxHeldBytes) from.resends->Settle();
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

void RelpInput::Send(Connections::iterator connection) {
  Connection& to = connection->second;
  std::string& replies = to.session.replies();
  std::size_t sent = 0;
  while (sent < replies.size()) {
    const ssize_t written =
        ::send(to.socket.number(), replies.data() + sent, replies.size() - sent, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno != EAGAIN) return Drop(connection);
    if (written < 0) break;
    sent += static_cast<std::size_t>(written);
  }
  replies.erase(0, sent);
  if (replies.empty() && to.session.broken()) return Drop(connection);
  // Who does not take the answers is not read either.
  if (std::exchange(to.sends, !replies.empty()) == to.sends) return;
  Watch(to.socket.number(), (to.sends ? EPOLLOUT : EPOLLIN) | EPOLLRDHUP, EPOLL_CTL_MOD);
}

void RelpInput::Drop(Connections::iterator connection) {
  const Connection& dropped = connection->second;
  if (dropped.sender) {
    const bool knows = dropped.session.closed() && !dropped.sends;
    knows ? senders_.Forget(*dropped.sender) : senders_.End(*dropped.sender);
  }
  connections_.erase(connection);
}

void RelpInput::Watch(int descriptor, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  (void)::epoll_ctl(epoll_.number(), operation, descriptor, &event);
}

void RelpInput::CloseIdle(TimePoint now) {
  look_at_ = now + kBetweenLooks;
  if (!std::exchange(accepts_, true)) Watch(socket_.number(), EPOLLIN, EPOLL_CTL_MOD);
  for (auto each = connections_.begin(); each != connections_.end();) {
    const auto connection = each++;
    if (now - connection->second.last >= kMaxIdle) Drop(connection);
  }
}

void RelpInput::SettleHeld(TimePoint now) {
  for (auto& [number, connection] : connections_) {
    if (connection.held.empty() || now < connection.last + kMaxHeld) continue;
    connection.resends->Settle();
    Release(connection);
  }
}

}  // namespace maillog
