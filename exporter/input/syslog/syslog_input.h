// Syslog over the network or a socket. Nothing is counted twice; what was in flight when the
// program ended is lost, and what the kernel had no room for is counted if it says so
// (SO_RXQ_OVFL: UDP). A sender to a full Unix socket waits, or sees an error.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"
#include "exporter/input/syslog/full_notice.h"
#include "exporter/input/syslog/internet_socket.h"
#include "exporter/input/syslog/listening.h"
#include "exporter/input/syslog/syslog_address.h"
#include "exporter/input/syslog/syslog_frames.h"

namespace maillog {

/// Listens from the first Next() on, and tries again later where it cannot. A Unix socket whose
/// name was removed is made again.
class SyslogInput final : public Input {
 public:
  /// Each may hold one message.
  static constexpr std::size_t kMaxConnections = 128;
  /// Syslog daemons keep a connection open; one that has been silent this long is dead.
  static constexpr std::chrono::hours kMaxIdle{1};
  /// One that has been idle this long makes room when all are taken.
  static constexpr std::chrono::seconds kIdle{60};

  SyslogInput(SyslogAddress address, Surroundings around);
  ~SyslogInput() override;
  SyslogInput(const SyslogInput&) = delete;
  SyslogInput& operator=(const SyslogInput&) = delete;

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override { return look_at_; }
  [[nodiscard]] bool forgets() const override { return true; }

  /// Where UDP and TCP are received, once Next has returned no error.
  [[nodiscard]] std::uint16_t port() const { return BoundPort(socket_.number()); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Connection {
    Descriptor socket;
    SyslogFrames frames;
    TimePoint last;
  };

  [[nodiscard]] absl::Status ListenAgain(TimePoint now);
  [[nodiscard]] absl::Status Listen();
  [[nodiscard]] absl::StatusOr<Descriptor> OpenUnix();
  [[nodiscard]] bool IsLost() const;
  void LeaveLostSocket();
  void Watch(int descriptor);
  /// False if nothing was there.
  bool ReadReady();
  void ReadDatagrams();
  void TakeDrops(std::uint32_t dropped);
  void Accept();
  [[nodiscard]] bool MakeRoom();
  void ReadConnection(std::map<int, Connection>::iterator connection);
  void Look(TimePoint now);
  void CloseIdle(TimePoint now);

  const SyslogAddress address_;
  const Surroundings around_;
  FullNotice full_;
  Descriptor epoll_;
  Descriptor socket_;
  FileId bound_;  // what was made at address_.path
  std::map<int, Connection> connections_;
  TimePoint look_at_ = TimePoint::max();
  ListenRetry retry_;
  bool accepts_ = true;
  std::vector<char> buffer_;
  SyslogLines lines_;  // of the last block
  std::uint64_t read_bytes_ = 0;
  std::uint32_t dropped_ = 0;  // as the kernel counts
  std::uint32_t new_drops_ = 0;
  SenderRefusals refusals_{};  // for the next block
};

}  // namespace maillog
