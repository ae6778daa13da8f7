#include "exporter/input/syslog/relp_input.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "exporter/os/file_system.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

using std::chrono::seconds;

constexpr std::chrono::hours kBetweenNotices{1};

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
      full_(ToText(address_)),
      senders_(saved),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      retry_("RELP"),
      buffer_(kMaxReadBytes) {
  around_.waker.WatchDescriptor(epoll_.number());
}

RelpInput::~RelpInput() = default;

absl::StatusOr<Block> RelpInput::Next() {
  const TimePoint now = around_.clock.Now();
  if (!socket_.is_open()) {
    absl::Status listening = Listen();
    look_at_ = retry_.Tried(listening, now);
    if (!listening.ok()) return listening;
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
              .refusals = std::exchange(refusals_, {}),
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
  if (::listen(opened->number(), kListenBacklog) != 0) return ErrnoStatus(errno, "listen");
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

void RelpInput::Accept() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  Descriptor accepted(::accept4(socket_.number(), reinterpret_cast<sockaddr*>(&peer), &size,
                                SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!accepted.is_open()) {
    if (!LacksRoom(errno)) return;
    Watch(socket_.number(), 0, EPOLL_CTL_MOD);
    accepts_ = false;
    look_at_ = around_.clock.Now() + seconds(1);
    return;
  }
  if (connections_.size() >= kMaxConnections && !MakeRoom()) {
    ++refusals_[static_cast<std::size_t>(SenderRefusal::kFull)];
    return full_.SentAway(connections_.size());
  }
  const int number = accepted.number();
  SwitchSocket(number, SOL_SOCKET, SO_KEEPALIVE, 1);
  Watch(number, EPOLLIN | EPOLLRDHUP, EPOLL_CTL_ADD);
  Connection& begun = connections_[number];
  begun.socket = std::move(accepted);
  begun.host = HostOf(peer, size);
  begun.last = around_.clock.Now();
}

bool RelpInput::MakeRoom() {
  const auto longest = LongestIdle(connections_, around_.clock.Now(), kIdle);
  if (longest == connections_.end()) return false;
  Drop(longest);
  return true;
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
  if (dropped.session.broken()) NoteStranger(dropped);
  connections_.erase(connection);
}

// Plain syslog that was sent to this port, usually.
void RelpInput::NoteStranger(const Connection& stranger) {
  ++refusals_[static_cast<std::size_t>(SenderRefusal::kProtocol)];
  const TimePoint now = around_.clock.Now();
  if (noticed_ && now - *noticed_ < kBetweenNotices) return;
  noticed_ = now;
  LogWarn("a sender was sent away: what it sends is not RELP",
          {{"address", ToText(address_)}, {"sender", stranger.host}});
}

void RelpInput::Watch(int descriptor, std::uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  (void)::epoll_ctl(epoll_.number(), operation, descriptor, &event);
}

void RelpInput::CloseIdle(TimePoint now) {
  look_at_ = now + kBetweenIdleLooks;
  if (!std::exchange(accepts_, true)) Watch(socket_.number(), EPOLLIN, EPOLL_CTL_MOD);
  for (auto each = connections_.begin(); each != connections_.end();) {
    const auto connection = each++;
    if (now - connection->second.last >= kMaxIdle) Drop(connection);
  }
  if (connections_.size() < kMaxConnections) full_.HasRoom();
}

void RelpInput::SettleHeld(TimePoint now) {
  for (auto& [number, connection] : connections_) {
    if (connection.held.empty() || now < connection.last + kMaxHeld) continue;
    connection.resends->Settle();
    Release(connection);
  }
}

}  // namespace maillog
