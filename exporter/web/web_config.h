// The file of --web.config.file, with the keys that the official exporters have (server.md of
// Prometheus's exporter-toolkit): TLS, users, headers, a limit of requests. Each key is in
// web_config.cc or web_config_tls.cc, and explained in deploy/web-config.example.yml.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"
#include "exporter/web/watched_file.h"
#include "exporter/web/web_passwords.h"
#include "exporter/web/web_tls.h"

namespace maillog {

struct RequestRate {
  std::chrono::nanoseconds interval{0};  ///< between requests in the long run; 0: no limit
  std::uint64_t burst = 0;               ///< requests that may come at once
};

struct WebConfig {
  std::shared_ptr<const TlsContext> tls;  ///< none: HTTP as it is
  UserHashes users;
  std::string headers;  ///< fields for every answer, each with its line ending
  RequestRate rate_limit;
  bool wants_http2 = false;  ///< it was asked for by name; there is none
};

/// Reads the file and those it names, relative to its own directory, and adds them to `read`, also
/// those that cannot be read. A fault is one sentence that begins with `file:line: `. It
/// never quotes a key, a password or a hash.
[[nodiscard]] absl::StatusOr<WebConfig> ReadWebConfig(const std::string& file, FileSystem& files,
                                                      std::vector<WatchedFile>& read);

/// In words, for `check-config`: a line.
[[nodiscard]] std::string WebConfigText(const WebConfig& config);

/// The configuration as its files are now.
class LiveWebConfig {
 public:
  /// `path` empty: there is no configuration. `files` must outlive this.
  LiveWebConfig(std::string path, FileSystem& files);

  /// Before everything else. Fails as ReadWebConfig does.
  [[nodiscard]] absl::Status Load();
  /// Reads the files again if they have changed. With a fault the old one stays in force, and the
  /// log says why. One thread at a time.
  [[nodiscard]] const std::shared_ptr<const WebConfig>& Current();
  /// Whether what is in force is what the files say. Thread-safe.
  [[nodiscard]] const std::atomic<bool>& in_force() const { return in_force_; }

 private:
  absl::Status ReadAgain();

  const std::string path_;
  FileSystem& files_;
  std::shared_ptr<const WebConfig> current_ = std::make_shared<WebConfig>();
  std::vector<WatchedFile> watched_;
  std::atomic<bool> in_force_{true};
};

}  // namespace maillog
