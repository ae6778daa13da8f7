// Says when something may have changed. It may be needlessly, but no change is missed: what cannot
// be announced is polled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/os/wait.h"

namespace maillog {

/// What may have changed.
enum class Change : std::uint8_t {
  kContent,  ///< only the contents of watched files
  kNames,    ///< names too: look at everything
};

/// Undone by Unwatch; kNoWatch if nothing can be announced.
using WatchNumber = int;
inline constexpr WatchNumber kNoWatch = -1;

/// One thread at a time. It does not wait by itself: who does asks what for, and says how it ended.
class Waker {
 public:
  virtual ~Waker() = default;
  /// Watches the file's contents, under whatever name, and after it has lost its name.
  [[nodiscard]] virtual WatchNumber WatchFile(const File& file, const std::string& path) = 0;
  virtual void Unwatch(WatchNumber watch) = 0;
  /// Watches the names in a directory, or in the nearest existing one above it. To be repeated at
  /// each look.
  virtual void WatchDirectory(const std::string& path) = 0;
  /// Watches a descriptor (a stream, a socket, an epoll) for something to read, in place of the
  /// previous one. kNoDescriptor: none.
  virtual void WatchDescriptor(int descriptor) = 0;
  /// What to wait for now, `deadline` at the latest. The descriptors stay open, and mean the same,
  /// until another function is called.
  [[nodiscard]] virtual Awaited Await(TimePoint deadline) = 0;
  /// How the wait for that has ended.
  virtual void Woken(WaitEnd end) = 0;
  /// What may have changed since the last call; at the first, everything.
  [[nodiscard]] virtual Change TakeChange() = 0;
};

/// Uses the kernel's announcements; polls where there are none (too many watches, network file
/// systems).
[[nodiscard]] std::unique_ptr<Waker> MakeInotifyWaker(FileSystem& files);

/// When to look where nothing is announced: every 250 ms, at the same moments everywhere.
[[nodiscard]] TimePoint NextPoll(TimePoint now);

/// Looks every 250 ms.
[[nodiscard]] std::unique_ptr<Waker> MakePollWaker();

}  // namespace maillog
