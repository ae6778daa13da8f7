#include "tests/support/cases.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "parser/dialect/record_parser.h"
#include "parser/envelope/envelopes.h"
#include "parser/event_text.h"

namespace maillog::test {
namespace {

std::vector<std::filesystem::path> CaseFiles(std::string_view folder) {
  std::vector<std::filesystem::path> files;
  const auto root = std::filesystem::path(MAILLOG_TESTS_DIR) / "cases" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '\\') {
      out += '\\';
      ++i;
    } else if (text[i] == '\\' && i + 3 < text.size() && text[i + 1] == 'x') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 2, 2)), nullptr, 16));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

Event ParseLine(std::string_view line, Record& record) {
  switch (ParseEnvelope(line, record)) {
    case EnvelopeResult::kRecord:
      return EventOf(record);
    case EnvelopeResult::kLastRepeated:
      return LastRepeated{record.times};
    case EnvelopeResult::kMalformed:
      break;
  }
  return Malformed{};
}

void RewriteFile(const std::filesystem::path& path, const LineText& text_of) {
  std::ifstream in(path);
  std::ostringstream out;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("= ")) continue;
    out << line << '\n';
    if (!line.empty() && line[0] != '#') out << "= " << text_of(Unescape(line)) << '\n';
  }
  in.close();
  std::ofstream(path) << out.str();
}

}  // namespace

std::vector<Case> ReadCases(std::string_view folder) {
  std::vector<Case> cases;
  for (const auto& path : CaseFiles(folder)) {
    std::ifstream in(path);
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      if (line.starts_with("= ")) {
        if (!cases.empty()) cases.back().expected = line.substr(2);
      } else if (!line.empty() && line[0] != '#') {
        cases.push_back({path.filename().string(), number, Unescape(line), ""});
      }
    }
  }
  return cases;
}

Event EventOf(const Record& record) {
  static RecordParser parser;
  return parser.Parse(record);
}

std::string Explain(std::string_view line) {
  Record record;
  const Event event = ParseLine(line, record);
  std::string text = EventText(event);
  if (record.times != 1 && !std::holds_alternative<LastRepeated>(event))
    text += " x" + std::to_string(record.times);
  return text;
}

void CheckLines(std::string_view folder, const LineText& text_of) {
  if (std::getenv("MAILLOG_REWRITE") != nullptr) {
    for (const auto& path : CaseFiles(folder)) RewriteFile(path, text_of);
  }
  const std::vector<Case> cases = ReadCases(folder);
  EXPECT_FALSE(cases.empty());
  for (const Case& c : cases) {
    EXPECT_EQ(text_of(c.line), c.expected) << c.file << ':' << c.line_number << ": " << c.line;
  }
}

void CheckCases(std::string_view folder) {
  CheckLines(folder, [](const std::string& line) { return Explain(line); });
}

void CheckNoCatchAll(std::string_view folder,
                     const std::function<std::string_view(const Record&)>& first_word) {
  for (const Case& c : ReadCases(folder)) {
    Record record;
    const Event event = ParseLine(c.line, record);
    const Outcome outcome = OutcomeOf(event);
    if (outcome != Outcome::kCounted && outcome != Outcome::kIgnored) continue;
    if (std::holds_alternative<LastRepeated>(event)) continue;
    const std::string_view word = first_word(record);
    if (word.empty()) continue;
    std::string changed(record.message);
    changed.replace(static_cast<std::size_t>(word.data() - record.message.data()), word.size(),
                    "zzz");
    Record other = record;
    other.message = changed;
    EXPECT_EQ(EventText(EventOf(other)), "unknown")
        << c.file << ':' << c.line_number << ": " << changed;
  }
}

}  // namespace maillog::test
