// What tells people which kinds of input there are names each kind of the list in open.cc.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/config/command_list.h"
#include "exporter/config/config_source.h"
#include "exporter/input/input_kind.h"
#include "exporter/input/open.h"

namespace maillog {
namespace {

/// `journal:`, `kafka://`, `-`: all but files, which have no scheme.
std::vector<std::string> Kinds() {
  std::vector<std::string> kinds;
  std::string word;
  for (const char c : KindsInWords() + ' ') {
    if (c != ' ' && c != ',') {
      word += c;
      continue;
    }
    if (word == "-" || word.ends_with(':') || word.ends_with("://")) kinds.push_back(word);
    word.clear();
  }
  return kinds;
}

std::string Document(std::string_view name) {
  std::ifstream file(std::filesystem::path(MAILLOG_TESTS_DIR) / ".." / "docs" / name);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string_view PathHelpOf(Command wanted) {
  for (const CommandDeclaration& command : kCommands) {
    if (command.command == wanted) return command.path_help;
  }
  return {};
}

TEST(KindsOfInput, AreInTheHelpOfCommands) {
  ASSERT_GE(Kinds().size(), 6U);
  for (const std::string& kind : Kinds()) {
    EXPECT_NE(PathHelpOf(Command::kServe).find(kind), std::string_view::npos)
        << "exporter/config/command_list.h: serve does not name " << kind;
    const bool has_end = KindOf(kind).end != InputKind::End::kNone;
    EXPECT_EQ(PathHelpOf(Command::kCount).find(kind) != std::string_view::npos, has_end)
        << "exporter/config/command_list.h: count and " << kind;
  }
}

// Standard input is not for configurations.
TEST(KindsOfInput, AreInTheHelpOfTheConfiguration) {
  const std::vector<ConfigKey> keys = SourceKeys();
  const auto path = std::ranges::find(keys, "path", &ConfigKey::name);
  ASSERT_NE(path, keys.end());
  for (const std::string& kind : Kinds()) {
    EXPECT_EQ(path->help.find(kind) != std::string_view::npos, kind != "-")
        << "exporter/config/config_source.cc: the key path and " << kind;
  }
}

TEST(KindsOfInput, AreInTheTableOfTheDocuments) {
  for (const std::string_view name : {"logs.md", "logs.ja.md"}) {
    const std::string text = Document(name);
    ASSERT_FALSE(text.empty()) << name;
    for (const std::string& kind : Kinds()) {
      EXPECT_NE(text.find("\n| `" + kind), std::string::npos)
          << "docs/" << name << ": the table of inputs has no line for " << kind;
    }
  }
}

}  // namespace
}  // namespace maillog
