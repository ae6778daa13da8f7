#include "tests/synthetic/corpus_maker.h"

#include <algorithm>

namespace maillog::test {

std::string SeriesName(std::string_view row, const Labels& labels) {
  std::string name(row);
  char before = '{';
  for (const auto& [label, value] : labels) {
    name += before + label + '=' + value;
    before = ',';
  }
  return name + (labels.empty() ? "" : "}");
}

std::vector<SyntheticLine> Interleaved(std::vector<std::vector<SyntheticLine>> sessions,
                                       Dice& dice) {
  std::vector<SyntheticLine> lines;
  std::vector<std::size_t> next(sessions.size(), 0);
  std::size_t first_open = 0;
  while (first_open < sessions.size()) {
    // A handful of sessions are open at a time.
    const std::size_t at =
        first_open + dice.Below(std::min<std::size_t>(5, sessions.size() - first_open));
    if (next[at] < sessions[at].size()) lines.push_back(std::move(sessions[at][next[at]++]));
    while (first_open < sessions.size() && next[first_open] == sessions[first_open].size()) {
      ++first_open;
    }
  }
  return lines;
}

void SyntheticCorpus::Add(const std::string& file, const std::vector<SyntheticLine>& more,
                          std::string_view line_end) {
  std::string& text = files[file];
  for (const SyntheticLine& line : more) {
    text += line.text;
    text += line_end;
    for (const auto& [series, count] : line.counts) totals[series] += count;
    ++lines;
  }
}

}  // namespace maillog::test
