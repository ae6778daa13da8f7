// Waits until something may have changed. It may wake needlessly, but no change is missed: what
// cannot be announced is polled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// What may have changed.
enum class Change : std::uint8_t {
  kContent,  ///< only the contents of watched files
  kNames,    ///< names too: look at everything
};

/// Undone by Unwatch; kNoWatch if nothing can be announced.
using WatchNumber = int;
inline constexpr WatchNumber kNoWatch = -1;

inline constexpr int kNoDescriptor = -1;

/// One thread waits; Wake may be called by any.
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
  /// Waits for a change, for Wake, or until `deadline`.
  virtual void Wait(TimePoint deadline) = 0;
  /// What may have changed since the last call; at the first, everything.
  [[nodiscard]] virtual Change TakeChange() = 0;
  /// Ends a Wait, or the next one.
  virtual void Wake() = 0;
};

/// Uses the kernel's announcements; polls where there are none (too many watches, network file
/// systems).
[[nodiscard]] std::unique_ptr<Waker> MakeInotifyWaker(FileSystem& files);

/// Looks every 250 ms.
[[nodiscard]] std::unique_ptr<Waker> MakePollWaker();

}  // namespace maillog
