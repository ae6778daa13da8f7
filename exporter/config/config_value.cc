#include "exporter/config/config_value.h"

#include <algorithm>
#include <memory>
#include <set>
#include <span>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "exporter/config/nearest.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// A fault quotes what was written, but no more of it than this.
constexpr std::size_t kMaxQuotedBytes = 100;

std::string Quoted(const std::string& text) {
  std::string clean;
  AppendValidUtf8(clean, text.substr(0, kMaxQuotedBytes));
  return absl::StrCat("'", clean, "'");
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; }

}  // namespace

absl::Status ConfigFault(const std::string& file, int line, std::string_view sentence) {
  std::string fault = file;
  if (line > 0) absl::StrAppend(&fault, ":", line);
  fault.append(": ").append(sentence);
  return absl::InvalidArgumentError(fault);
}

absl::StatusOr<std::string> ReadConfigText(const std::string& path, FileSystem& files) {
  const absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok()) return file.status();
  std::string text(kMaxConfigBytes + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    const absl::StatusOr<std::size_t> read =
        (*file)->ReadAt(size, std::span<char>(text).subspan(size));
    if (!read.ok()) return read.status();
    if (*read == 0) break;
    size += *read;
  }
  if (size > kMaxConfigBytes) {
    return ConfigFault(path, 0, absl::StrCat("longer than ", kMaxConfigBytes, " bytes"));
  }
  text.resize(size);
  return text;
}

absl::StatusOr<YAML::Node> ParseYaml(std::string_view text, const std::string& file) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.size() > 1) {
      return ConfigFault(file, documents[1].Mark().line + 1, "there is more than one document");
    }
    return documents.empty() ? YAML::Node() : documents.front();
  } catch (const YAML::Exception& error) {
    return ConfigFault(file, error.mark.line + 1, "not YAML: " + error.msg);
  }
}

absl::Status ConfigValue::Fault(std::string_view sentence) const {
  return ConfigFault(file_, line_, sentence);
}

absl::StatusOr<std::string> ConfigValue::Text() const {
  if (!node_.IsScalar()) return Fault(what_ + " is not a text");
  const std::string& text = node_.Scalar();
  if (text.empty()) return Fault(what_ + " is empty");
  if (!IsValidUtf8(text) || std::any_of(text.begin(), text.end(), IsControl)) {
    return Fault(what_ + " is not one line of UTF-8");
  }
  return text;
}

absl::StatusOr<std::string> ConfigValue::Lines() const {
  if (!node_.IsScalar()) return Fault(what_ + " is not a text");
  if (node_.Scalar().empty()) return Fault(what_ + " is empty");
  return node_.Scalar();
}

absl::StatusOr<std::size_t> ConfigValue::Choice(const std::vector<std::string>& choices) const {
  const absl::StatusOr<std::string> text = Text();
  if (!text.ok()) return text.status();
  const auto choice = std::find(choices.begin(), choices.end(), *text);
  if (choice != choices.end()) return static_cast<std::size_t>(choice - choices.begin());
  return Fault(
      absl::StrCat(what_, " ", Quoted(*text), " is not one of ", absl::StrJoin(choices, ", ")));
}

absl::StatusOr<bool> ConfigValue::Truth() const {
  bool truth = false;
  if (!node_.IsScalar() || !YAML::convert<bool>::decode(node_, truth)) {
    return Fault(what_ + " is neither true nor false");
  }
  return truth;
}

absl::StatusOr<std::uint64_t> ConfigValue::Number(std::uint64_t most) const {
  std::int64_t number = 0;
  const bool is_number = node_.IsScalar() && YAML::convert<std::int64_t>::decode(node_, number);
  if (!is_number || number < 1 || static_cast<std::uint64_t>(number) > most) {
    return Fault(absl::StrCat(what_, " is not a number from 1 to ", most));
  }
  return static_cast<std::uint64_t>(number);
}

absl::StatusOr<std::vector<ConfigValue>> ConfigValue::List() const {
  if (!node_.IsSequence()) return Fault(what_ + " is not a list");
  if (node_.size() == 0) return Fault(what_ + " is empty");
  std::vector<ConfigValue> members;
  for (const YAML::Node& member : node_) members.emplace_back(member, what_, file_);
  return members;
}

absl::Status ConfigValue::ForEachEntry(const EntryVisitor& visit) const {
  if (!node_.IsMap()) return Fault(what_ + " has no keys with values");
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    const ConfigValue key(entry.first, what_, file_);
    if (!entry.first.IsScalar()) return key.Fault(what_ + " has a key that is not a word");
    const std::string& name = entry.first.Scalar();
    if (!seen.insert(name).second) return key.Fault(Quoted(name) + " occurs twice");
    // If a key has no value, the parser is at the next key.
    const int line = entry.second.IsNull() ? key.line_ : entry.second.Mark().line + 1;
    absl::Status visited = visit(name, key, ConfigValue(entry.second, name, file_, line));
    if (!visited.ok()) return visited;
  }
  return absl::OkStatus();
}

absl::Status UnknownKey(const ConfigValue& place, const std::string& name,
                        const std::vector<std::string>& known) {
  const std::string nearest = Nearest(name, known);
  const std::string hint = nearest.empty()
                               ? absl::StrCat("; there are ", absl::StrJoin(known, ", "))
                               : absl::StrCat("; did you mean ", nearest, "?");
  return place.Fault(absl::StrCat("there is no key ", Quoted(name), " in ", place.what(), hint));
}

}  // namespace maillog
