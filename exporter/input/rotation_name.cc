#include "exporter/input/rotation_name.h"

#include <algorithm>
#include <array>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::array<std::string_view, 8> kPackedEndings{".gz", ".xz",  ".zst", ".bz2",
                                                         ".Z",  ".lz4", ".zip", ".lzma"};
constexpr std::array<std::string_view, 6> kKeptEndings{".old", ".bak", ".orig", ".save", "~", ".O"};

bool IsCounterOrDate(std::string_view text) {
  if (text.size() < 2 || (text[0] != '.' && text[0] != '-' && text[0] != '_')) return false;
  const auto is_part = [](char c) {
    return IsDigit(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == 'T';
  };
  return std::any_of(text.begin(), text.end(), IsDigit) &&
         std::all_of(text.begin(), text.end(), is_part);
}

bool IsSuffix(std::string_view text) {
  return IsCounterOrDate(text) ||
         std::find(kKeptEndings.begin(), kKeptEndings.end(), text) != kKeptEndings.end();
}

std::string_view Unpacked(std::string_view name) {
  for (const std::string_view ending : kPackedEndings) {
    if (EatBack(name, ending)) return name;
  }
  return name;
}

}  // namespace

bool IsPackedName(std::string_view name) { return Unpacked(name).size() != name.size(); }

std::vector<std::string> RotationBases(std::string_view name) {
  std::vector<std::string> bases;
  const std::string_view whole = Unpacked(name);
  if (whole.size() != name.size()) bases.emplace_back(whole);
  const std::size_t dot = whole.rfind('.');
  const bool has_extension = dot != std::string_view::npos;
  for (std::size_t i = 1; i < whole.size(); ++i) {
    if (IsAlnum(whole[i])) continue;
    if (IsSuffix(whole.substr(i))) bases.emplace_back(whole.substr(0, i));
    if (has_extension && i < dot && IsCounterOrDate(whole.substr(i, dot - i))) {
      bases.push_back(std::string(whole.substr(0, i)).append(whole.substr(dot)));
    }
  }
  return bases;
}

}  // namespace maillog
