#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/config/plan.h"
#include "exporter/input/input_kind.h"
#include "exporter/os/listen_address.h"
#include "exporter/os/permission.h"
#include "exporter/queue/read_queue.h"
#include "exporter/state/state_directory.h"

namespace maillog {
namespace {

constexpr std::chrono::seconds kMaxConnect{5};

}  // namespace

std::vector<std::string> QueueObstacles(const std::vector<QueueOptions>& queues) {
  std::vector<std::string> sentences;
  for (const QueueOptions& queue : queues) {
    const absl::Status why = WhyNotConnect(queue.address, kMaxConnect);
    if (!why.ok()) sentences.emplace_back(why.message());
  }
  return sentences;
}

std::vector<std::string> Obstacles(const std::vector<SourceOptions>& sources,
                                   const Options& options, FileSystem& files) {
  std::vector<std::string> sentences;
  for (const SourceOptions& source : sources) {
    for (const std::string& path : source.paths) {
      std::string why = KindOf(path).obstacle(path, files);
      if (!why.empty()) sentences.push_back(std::move(why));
    }
  }
  for (const ListenAddress& address : options.listen_addresses) {
    const std::string why = WhyNotListen(address);
    if (why.empty()) continue;
    sentences.push_back(absl::StrCat("cannot listen on ", ToText(address), ": ", why));
  }
  const std::string directory = StatePath(options.state_path);
  const std::string why = directory.empty() ? std::string() : WhyNotWrite(directory);
  if (!why.empty()) {
    sentences.push_back(
        absl::StrCat("the state directory ", directory, " cannot be written: ", why));
  }
  return sentences;
}

}  // namespace maillog
