// Syslog by RELP, as rsyslog's omrelp sends it. A message is answered when a commit has saved what
// it counted for, and not before: a sender keeps what is not answered, and sends it again. So
// nothing is lost or counted twice when the exporter is killed or a connection is cut.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"
#include "exporter/input/syslog/full_notice.h"
#include "exporter/input/syslog/internet_socket.h"
#include "exporter/input/syslog/listening.h"
#include "exporter/input/syslog/relp_senders.h"
#include "exporter/input/syslog/relp_session.h"
#include "exporter/input/syslog/syslog_frames.h"

namespace maillog {

/// Listens from the first Next() on, and tries again later where it cannot.
class RelpInput final : public Input {
 public:
  static constexpr std::size_t kMaxConnections = 128;
  /// A commit is asked for when so many messages of a session wait for it: half the usual window,
  /// so that the sender can go on meanwhile;
  static constexpr std::size_t kManyUnanswered = 64;
  /// or when any has waited so long.
  static constexpr std::chrono::milliseconds kMaxUnanswered{100};
  /// When the state cannot be saved, nothing is read until it can; it is tried again after this.
  static constexpr std::chrono::milliseconds kCommitRetry{500};
  /// Messages that may have been sent again are held until more comes, but not longer than this,
  static constexpr std::chrono::seconds kMaxHeld{1};
  /// and not more than these of a session: any tail can be told from what follows it.
  static constexpr std::size_t kMaxHeldBytes = 1024 * 1024;
  static constexpr std::size_t kMaxHeldMessages = 2 * RelpTail::kMax;
  /// So much of a session is read before it is the next one's turn: hints make no text.
  static constexpr std::size_t kMaxTurnBytes = 256 * 1024;
  static constexpr std::size_t kMaxReadBytes = 16 * 1024;  ///< and so much at once
  /// One with so many messages to be answered is read again when they are: their answers have a
  /// place in memory, and a message may be as short as its number. More than is held, so that a
  /// commit is due.
  static constexpr std::size_t kMaxUnansweredMessages = kMaxHeldMessages + kManyUnanswered;
  /// One that has been silent so long is dead; after kIdle it makes room when all are taken.
  static constexpr std::chrono::hours kMaxIdle{24};
  static constexpr std::chrono::seconds kIdle{60};

  RelpInput(ListenAddress address, const std::optional<std::vector<Bookmark>>& saved,
            Surroundings around);
  ~RelpInput() override;
  RelpInput(const RelpInput&) = delete;
  RelpInput& operator=(const RelpInput&) = delete;

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override;

  /// Where it listens, once Next has returned no error.
  [[nodiscard]] std::uint16_t port() const { return BoundPort(socket_.number()); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  struct Held {
    std::string text;
    std::uint64_t hash = 0;
    bool overlong = false;
  };
  struct Connection {
    Descriptor socket;
    std::string host;
    RelpSession session;
    TimePoint last;                      // when something came
    std::optional<RelpResends> resends;  // from the first message on
    std::vector<Held> held;              // what resends has not settled
    std::size_t held_bytes = 0;
    std::size_t released = 0;              // messages before those held
    std::optional<BookmarkNumber> sender;  // from the first new message on
    std::size_t handled = 0;               // messages to be answered after the next commit
    std::size_t first = 0;                 // bytes to be read before a new session of the host is
    bool waits = false;                    // for such bytes of others
    std::size_t turn = 0;                  // the last that it had
    bool sends = false;                    // waits until the peer takes more
  };
  using Connections = std::map<int, Connection>;

  [[nodiscard]] absl::Status Listen();
  [[nodiscard]] absl::Status Commit(TimePoint now);
  [[nodiscard]] bool IsCommitDue(TimePoint now) const;
  /// False if nothing was there.
  bool ReadAll();
  void Accept();
  [[nodiscard]] bool MakeRoom();
  [[nodiscard]] static bool IsNew(const Connection& connection);
  void ReadInTurn(std::vector<int> ready);
  [[nodiscard]] bool ReadFormer(const std::vector<int>& ready, Connection& begun);
  [[nodiscard]] bool TakesMore(const Connection& from) const;
  void Read(Connections::iterator connection);
  void TakeBytes(Connection& from, std::string_view bytes);
  void TakeMessage(Connection& from, const RelpMessage& message);
  void Release(Connection& from);
  void Count(Connection& from, std::string_view text, std::uint64_t hash, bool overlong);
  void BeginSender(Connection& from);
  void Send(Connections::iterator connection);
  void Drop(Connections::iterator connection);
  void NoteStranger(const Connection& stranger);
  void Watch(int descriptor, std::uint32_t events, int operation);
  void CloseIdle(TimePoint now);
  void SettleHeld(TimePoint now);

  const ListenAddress address_;
  const Surroundings around_;
  FullNotice full_;
  RelpSenders senders_;
  Descriptor epoll_;
  Descriptor socket_;
  Connections connections_;
  std::optional<TimePoint> waits_since_;  // the first message that waits for a commit
  bool closes_ = false;                   // a peer waits for the answer to its request to close
  TimePoint commit_again_;                // after one that failed
  bool fails_ = false;                    // the last commit did
  TimePoint look_at_ = TimePoint::max();
  ListenRetry retry_;
  bool accepts_ = true;
  SenderRefusals refusals_{};         // for the next block
  std::optional<TimePoint> noticed_;  // when the log last said that somebody speaks no RELP
  std::size_t turn_ = 0;
  std::vector<char> buffer_;
  SyslogLines lines_;  // of the last block
  std::uint64_t read_bytes_ = 0;
};

}  // namespace maillog
