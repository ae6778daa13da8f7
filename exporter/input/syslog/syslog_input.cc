#include "exporter/input/syslog/syslog_input.h"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/input/syslog/unix_socket.h"
#include "exporter/os/log.h"
#include "parser/envelope/envelopes.h"

namespace maillog {
namespace {

using std::chrono::seconds;

// Of a block; with kMaxSyslogText bytes of them. Those that are empty or too long make no text.
constexpr std::size_t kMaxDatagrams = 4096;
constexpr int kReceiveBuffer = 4 * 1024 * 1024;  // as far as the kernel allows

int TypeOf(SyslogTransport transport) {
  return SocketType(transport) | SOCK_CLOEXEC | SOCK_NONBLOCK;
}

// sockaddr is C's way of saying "one of several types".
template <class Address>
const sockaddr* Generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

FileId IdOf(const struct stat& file) { return {.device = file.st_dev, .inode = file.st_ino}; }

absl::Status BindFault(int error, const std::string& path) {
  absl::Status fault = ErrnoStatus(error, path);
  if (error != EACCES) return fault;
  // The sandbox knows the directories that were there, not their names.
  return absl::PermissionDeniedError(absl::StrCat(
      fault.message(), "; if its directory was made after the start, a restart is needed"));
}

}  // namespace

SyslogInput::SyslogInput(SyslogAddress address, Surroundings around)
    : address_(std::move(address)),
      around_(std::move(around)),
      full_(IsUnix(address_.transport) ? address_.path : ToText(address_.address)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      retry_("syslog"),
      buffer_(kMaxMessageBytes + 1) {
  around_.waker.WatchDescriptor(epoll_.number());
}

SyslogInput::~SyslogInput() {
  if (socket_.is_open() && IsUnix(address_.transport) && !IsLost()) {
    ::unlink(address_.path.c_str());
  }
}

absl::StatusOr<Block> SyslogInput::Next() {
  const TimePoint now = around_.clock.Now();
  absl::Status listening = socket_.is_open() ? absl::OkStatus() : ListenAgain(now);
  lines_.text.clear();
  lines_.malformed = 0;
  read_bytes_ = new_drops_ = 0;
  if (listening.ok() && now >= look_at_) Look(now);
  const bool read = ReadReady();
  // Whoever is connected is heard all the same.
  if (!listening.ok() && !read) return listening;
  Block block{.messages = lines_.text, .malformed = lines_.malformed, .read_bytes = read_bytes_};
  block.gaps[static_cast<std::size_t>(Gap::kSocketDrop)] = new_drops_;
  if (!IsDatagram(address_.transport)) block.refusals = std::exchange(refusals_, {});
  block.progress = read || !socket_.is_open() ? Progress::kMore : Progress::kAtEnd;
  return block;
}

bool SyslogInput::ReadReady() {
  std::array<epoll_event, 64> events;
  const int ready = ::epoll_wait(epoll_.number(), events.data(), events.size(), 0);
  for (int i = 0; i < ready && lines_.text.size() < kMaxSyslogText; ++i) {
    const int number = events[static_cast<std::size_t>(i)].data.fd;
    if (const auto connection = connections_.find(number); connection != connections_.end()) {
      ReadConnection(connection);
    } else if (IsDatagram(address_.transport)) {
      ReadDatagrams();
    } else {
      Accept();
    }
  }
  return ready > 0;
}

absl::Status SyslogInput::ListenAgain(TimePoint now) {
  absl::Status listening = Listen();
  look_at_ = retry_.Tried(listening, now);
  return listening;
}

absl::Status SyslogInput::Listen() {
  absl::StatusOr<Descriptor> opened =
      IsUnix(address_.transport) ? OpenUnix()
                                 : BindInternet(address_.address, SocketType(address_.transport));
  if (!opened.ok()) return opened.status();
  const int number = opened->number();
  if (IsDatagram(address_.transport)) {
    SwitchSocket(number, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
    SwitchSocket(number, SOL_SOCKET, SO_RXQ_OVFL, 1);
  } else if (::listen(number, kListenBacklog) != 0) {
    return ErrnoStatus(errno, "listen");
  }
  socket_ = *std::move(opened);
  dropped_ = 0;
  Watch(number);
  return absl::OkStatus();
}

absl::StatusOr<Descriptor> SyslogInput::OpenUnix() {
  Descriptor opened(::socket(AF_UNIX, TypeOf(address_.transport), 0));
  if (!opened.is_open()) return ErrnoStatus(errno, address_.path);
  const sockaddr_un address = UnixAddress(address_.path);
  if (IsStaleSocket(address_.path, SocketType(address_.transport))) ::unlink(address_.path.c_str());
  if (::bind(opened.number(), Generic(address), sizeof address) != 0) {
    return BindFault(errno, address_.path);
  }
  // As /dev/log has it: Postfix's programs run as several users. Its directory says who gets there.
  if (::chmod(address_.path.c_str(), 0666) != 0) return ErrnoStatus(errno, address_.path);
  struct stat made {};
  if (::lstat(address_.path.c_str(), &made) != 0) return ErrnoStatus(errno, address_.path);
  bound_ = IdOf(made);
  return opened;
}

bool SyslogInput::IsLost() const {
  struct stat found {};
  if (::lstat(address_.path.c_str(), &found) == 0) return IdOf(found) != bound_;
  return errno == ENOENT || errno == ENOTDIR;
}

// Nobody can find the socket by its name any longer. What was sent before is read; Next makes
// another.
void SyslogInput::LeaveLostSocket() {
  if (!IsUnix(address_.transport) || !IsLost()) return;
  LogWarn("a socket's name was removed; it is made again", {{"path", address_.path}});
  if (IsDatagram(address_.transport)) ReadDatagrams();
  const Descriptor left = std::move(socket_);
}

void SyslogInput::Watch(int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor;
  (void)::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event);
}

void SyslogInput::ReadDatagrams() {
  for (std::size_t i = 0; i < kMaxDatagrams && read_bytes_ < kMaxSyslogText; ++i) {
    iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    alignas(cmsghdr) std::array<char, 256> control;
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    const ssize_t read = ::recvmsg(socket_.number(), &header, 0);
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return;
    for (cmsghdr* each = CMSG_FIRSTHDR(&header); each != nullptr;
         each = CMSG_NXTHDR(&header, each)) {
      if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SO_RXQ_OVFL) continue;
      std::uint32_t dropped = 0;
      std::memcpy(&dropped, CMSG_DATA(each), sizeof dropped);
      TakeDrops(dropped);
    }
    const auto size = static_cast<std::size_t>(read);
    read_bytes_ += size;
    if ((header.msg_flags & MSG_TRUNC) != 0 || size > kMaxMessageBytes) {
      ++lines_.malformed;
    } else {
      AppendMessage({buffer_.data(), size}, lines_);
    }
  }
}

void SyslogInput::TakeDrops(std::uint32_t dropped) {
  new_drops_ += dropped - dropped_;  // the kernel's number wraps round, and so does this
  dropped_ = dropped;
}

void SyslogInput::Accept() {
  Descriptor accepted(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!accepted.is_open()) {
    if (!LacksRoom(errno)) return;
    (void)::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, socket_.number(), nullptr);
    accepts_ = false;
    look_at_ = around_.clock.Now() + seconds(1);
    return;
  }
  if (connections_.size() >= kMaxConnections && !MakeRoom()) {
    ++refusals_[static_cast<std::size_t>(SenderRefusal::kFull)];
    return full_.SentAway(connections_.size());
  }
  const int number = accepted.number();
  Watch(number);
  connections_.try_emplace(
      number, Connection{.socket = std::move(accepted), .frames = {}, .last = around_.clock.Now()});
}

bool SyslogInput::MakeRoom() {
  const auto longest = LongestIdle(connections_, around_.clock.Now(), kIdle);
  if (longest == connections_.end()) return false;
  longest->second.frames.Break(lines_);
  connections_.erase(longest);
  return true;
}

// One read, then it is the next one's turn.
void SyslogInput::ReadConnection(std::map<int, Connection>::iterator connection) {
  Connection& from = connection->second;
  const ssize_t read = ::recv(from.socket.number(), buffer_.data(), buffer_.size(), 0);
  if (read < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (read > 0) {
    from.last = around_.clock.Now();
    read_bytes_ += static_cast<std::uint64_t>(read);
    from.frames.Add({buffer_.data(), static_cast<std::size_t>(read)}, lines_);
    return;
  }
  if (read == 0) {
    from.frames.Close(lines_);
  } else {
    from.frames.Break(lines_);
  }
  connections_.erase(connection);
}

void SyslogInput::Look(TimePoint now) {
  look_at_ = now + kBetweenIdleLooks;
  if (!std::exchange(accepts_, true)) Watch(socket_.number());
  CloseIdle(now);
  LeaveLostSocket();
}

void SyslogInput::CloseIdle(TimePoint now) {
  for (auto each = connections_.begin(); each != connections_.end();) {
    if (now - each->second.last < kMaxIdle) {
      ++each;
      continue;
    }
    each->second.frames.Break(lines_);
    each = connections_.erase(each);
  }
  if (connections_.size() < kMaxConnections) full_.HasRoom();
}

}  // namespace maillog
