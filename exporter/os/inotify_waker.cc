#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "exporter/os/log.h"
#include "exporter/os/waker.h"

namespace maillog {
namespace {

// A busy log is written to many times in this interval, and looked at once for all of them. The
// first change after a pause is seen immediately.
constexpr std::chrono::milliseconds kLeastBetweenWakes{10};

constexpr std::uint32_t kFileEvents = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF;
constexpr std::uint32_t kDirectoryEvents = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
                                           IN_ATTRIB | IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR;

class InotifyWaker final : public Waker {
 public:
  explicit InotifyWaker(FileSystem& files)
      : files_(files), descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    if (descriptor_ < 0) PollFromNowOn(std::generic_category().message(errno));
  }
  ~InotifyWaker() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  InotifyWaker(const InotifyWaker&) = delete;
  InotifyWaker& operator=(const InotifyWaker&) = delete;

  WatchNumber WatchFile(const File& file, const std::string& path) override {
    if (polls_) return kNoWatch;
    // By descriptor: the name may belong to another file already.
    const std::string link = "/proc/self/fd/" + std::to_string(file.descriptor());
    return Watch(link, path, kFileEvents);
  }

  void Unwatch(WatchNumber watch) override {
    if (watch != kNoWatch) (void)::inotify_rm_watch(descriptor_, watch);
  }

  void WatchDirectory(const std::string& path) override {
    if (polls_) return;
    if (files_.IsRemote(path)) {
      PollFromNowOn("network file system");
      return;
    }
    std::string directory = path;
    while (::inotify_add_watch(descriptor_, directory.c_str(), kDirectoryEvents) < 0) {
      if (errno == ENOSPC || errno == ENOMEM) {
        PollFromNowOn(std::generic_category().message(errno));
        return;
      }
      const std::string above = DirectoryOf(directory);
      if (above == directory) return;
      directory = above;
    }
  }

  void WatchDescriptor(int descriptor) override { watched_ = descriptor; }

  Awaited Await(TimePoint deadline) override {
    if (polls_) deadline = std::min(deadline, NextPoll(SteadyClock().Now()));
    return {.until = deadline,
            .from = not_before_,
            .first = polls_ ? kNoDescriptor : descriptor_,
            .second = watched_};
  }

  void Woken(WaitEnd end) override {
    if (end != WaitEnd::kFirst) change_ = Change::kNames;
    // Nothing has happened: what happens next is the first.
    if (end == WaitEnd::kDeadline) return;
    not_before_ = SteadyClock().Now() + kLeastBetweenWakes;
  }

  Change TakeChange() override {
    TakeEvents();
    return polls_ ? Change::kNames : std::exchange(change_, Change::kContent);
  }

 private:
  WatchNumber Watch(const std::string& path, const std::string& name, std::uint32_t events) {
    const int watch = ::inotify_add_watch(descriptor_, path.c_str(), events);
    if (watch >= 0) return watch;
    PollFromNowOn(name + ": " + std::generic_category().message(errno));
    return kNoWatch;
  }

  void PollFromNowOn(const std::string& reason) {
    if (polls_) return;
    polls_ = true;
    LogInfo("changes are not announced here; looking every 250 ms instead", {{"reason", reason}});
  }

  // An overflow of the queue is a separate event that is not IN_MODIFY: then all names and every
  // file are looked at.
  void TakeEvents() {
    alignas(inotify_event) std::array<char, 16 * 1024> buffer;
    for (;;) {
      const ssize_t size = ::read(descriptor_, buffer.data(), buffer.size());
      if (size <= 0) return;
      for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
        inotify_event event{};
        std::memcpy(&event, buffer.data() + at, sizeof event);
        if ((event.mask & ~std::uint32_t{IN_MODIFY}) != 0) change_ = Change::kNames;
        at += sizeof event + event.len;
      }
    }
  }

  FileSystem& files_;
  const int descriptor_;
  int watched_ = kNoDescriptor;
  bool polls_ = false;
  Change change_ = Change::kNames;
  TimePoint not_before_ = TimePoint::min();
};

}  // namespace

std::unique_ptr<Waker> MakeInotifyWaker(FileSystem& files) {
  return std::make_unique<InotifyWaker>(files);
}

}  // namespace maillog
