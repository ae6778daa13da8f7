#include "exporter/queue/find_queues.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "parser/label_form.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::size_t kMaxBytes = 1024 * 1024;  // main.cf with all parameters has 100 kB
constexpr std::string_view kUsualDirectory = "/var/spool/postfix";

using Parameters = std::map<std::string, std::string, std::less<>>;

std::string ContentOf(const std::string& path, FileSystem& files) {
  const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok()) return {};
  std::string content(kMaxBytes, '\0');
  const absl::StatusOr<std::size_t> read = (*file)->ReadAt(0, content);
  content.resize(read.value_or(0));
  return content;
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::string_view Trimmed(std::string_view text) {
  (void)TakeWhile(text, &IsBlank);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

/// postconf(5): `name = value`; a line that begins with blanks continues the one before, `#` begins
/// a comment; the last value applies.
Parameters ParametersOf(std::string_view text) {
  Parameters parameters;
  std::string* last = nullptr;
  while (!text.empty()) {
    std::string_view line = TakeUntil(text, '\n');
    (void)Eat(text, '\n');
    const std::string_view said = Trimmed(line);
    if (said.empty() || said.front() == '#') continue;
    if (IsBlank(line.front())) {
      if (last != nullptr) last->append(" ").append(said);
      continue;
    }
    const std::string_view name = Trimmed(TakeUntil(line, '='));
    if (!Eat(line, '=')) continue;
    last = &parameters[std::string(name)];
    *last = Trimmed(line);
  }
  return parameters;
}

std::string ValueOf(const Parameters& parameters, std::string_view name) {
  const auto said = parameters.find(name);
  return said == parameters.end() || said->second.find('$') != std::string::npos ? std::string()
                                                                                 : said->second;
}

std::vector<std::string> DirectoriesIn(std::string_view text) {
  std::vector<std::string> directories;
  while (!text.empty()) {
    const std::string_view one = TakeUntilOneOf<' ', ','>(text);
    if (!one.empty()) directories.emplace_back(one);
    if (!text.empty()) text.remove_prefix(1);
  }
  return directories;
}

void Add(const Parameters& parameters, std::vector<QueueOptions>& queues) {
  const std::string directory = ValueOf(parameters, "queue_directory");
  absl::StatusOr<QueueAddress> address =
      ParseQueueAddress(directory.empty() ? kUsualDirectory : directory);
  if (!address.ok()) return;
  std::string name = ValueOf(parameters, "syslog_name");
  if (name.empty()) name = ValueOf(parameters, "multi_instance_name");
  if (!IsServiceName(name)) name = InstanceNameOf(*address);
  const bool known = std::any_of(queues.begin(), queues.end(), [&](const QueueOptions& queue) {
    return queue.syslog_name == name || queue.address == *address;
  });
  if (known || queues.size() >= kMaxQueues) return;
  QueueOptions& queue = queues.emplace_back();
  queue.address = *std::move(address);
  queue.syslog_name = std::move(name);
}

}  // namespace

std::vector<QueueOptions> FindQueues(const std::string& config_directory, FileSystem& files) {
  std::vector<QueueOptions> queues;
  const Parameters own = ParametersOf(ContentOf(JoinPath(config_directory, "main.cf"), files));
  Add(own, queues);
  for (const std::string& directory : DirectoriesIn(ValueOf(own, "multi_instance_directories"))) {
    const Parameters other = ParametersOf(ContentOf(JoinPath(directory, "main.cf"), files));
    if (ValueOf(other, "multi_instance_enable") == "yes") Add(other, queues);
  }
  return queues;
}

}  // namespace maillog
