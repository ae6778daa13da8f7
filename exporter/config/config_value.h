// A value of the configuration file that knows its line, so that each fault can name it.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// `file:line: sentence`; lines count from 1, 0 leaves the line out.
[[nodiscard]] absl::Status ConfigFault(const std::string& file, int line,
                                       std::string_view sentence);

inline constexpr std::size_t kMaxConfigBytes = 1024 * 1024;
/// What the file holds; a fault if that is more than kMaxConfigBytes.
[[nodiscard]] absl::StatusOr<std::string> ReadConfigText(const std::string& path,
                                                         FileSystem& files);
/// The one document of the text; null if it is empty. `file` is its name in faults.
[[nodiscard]] absl::StatusOr<YAML::Node> ParseYaml(std::string_view text, const std::string& file);

/// A key, as the manual describes it.
struct ConfigKey {
  std::string_view name;
  std::string_view form;  ///< what its value looks like
  std::string_view help;
  std::span<const std::string_view> choices = {};  ///< all values that it takes; empty: many
};

class ConfigValue {
 public:
  /// `what` is what faults call it: the key that it is under. `file` must outlive this.
  ConfigValue(const YAML::Node& node, std::string what, const std::string& file)
      : ConfigValue(node, std::move(what), file, node.Mark().line + 1) {}

  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] absl::Status Fault(std::string_view sentence) const;

  [[nodiscard]] bool is_map() const { return node_.IsMap(); }

  /// A text on one line, not empty, valid UTF-8.
  [[nodiscard]] absl::StatusOr<std::string> Text() const;
  /// A text of one or more lines, not empty.
  [[nodiscard]] absl::StatusOr<std::string> Lines() const;
  /// A text that is one of `choices`: its place among them.
  [[nodiscard]] absl::StatusOr<std::size_t> Choice(const std::vector<std::string>& choices) const;
  [[nodiscard]] absl::StatusOr<bool> Truth() const;
  /// A whole number of at least 1 and at most `most`.
  [[nodiscard]] absl::StatusOr<std::uint64_t> Number(std::uint64_t most) const;
  /// The members of a list, which has at least one.
  [[nodiscard]] absl::StatusOr<std::vector<ConfigValue>> List() const;

  /// Calls `visit(key, value)` for each entry of a mapping, until one fails. A key that occurs
  /// twice is a fault.
  using EntryVisitor = std::function<absl::Status(
      const std::string& key, const ConfigValue& key_place, const ConfigValue& value)>;
  [[nodiscard]] absl::Status ForEachEntry(const EntryVisitor& visit) const;

 private:
  ConfigValue(const YAML::Node& node, std::string what, const std::string& file, int line)
      : node_(node), what_(std::move(what)), file_(file), line_(line) {}

  YAML::Node node_;
  std::string what_;
  const std::string& file_;
  int line_;
};

/// `name` is not one of `known`: the fault names the nearest of them, or all.
[[nodiscard]] absl::Status UnknownKey(const ConfigValue& place, const std::string& name,
                                      const std::vector<std::string>& known);

}  // namespace maillog
