#include "exporter/input/file/rotation_name.h"

#include <algorithm>
#include <array>
#include <iterator>

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

// The name that svlogd and multilog give to what was `current`: `@`, 24 hexadecimal digits
// (TAI64N), and how whole it is: http://smarden.org/runit/svlogd.8.html,
// https://cr.yp.to/daemontools/multilog.html
constexpr std::string_view kTai64nBase = "current";
constexpr std::size_t kTai64nDigits = 24;

std::string_view Tai64nOf(std::string_view name) {
  if (!Eat(name, "@")) return {};
  const std::string_view digits = name.substr(0, kTai64nDigits);
  const std::string_view rest = name.substr(digits.size());
  const bool is_hex = std::all_of(digits.begin(), digits.end(),
                                  [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); });
  const bool is_one =
      is_hex && digits.size() == kTai64nDigits && (rest == ".s" || rest == ".u" || rest == ".t");
  return is_one ? digits : std::string_view();
}

// The digits that rotation has put into the name, and which kind they are of.
struct Mark {
  std::string digits;
  bool is_date = false;
};

// Counters are short; a date has a year.
constexpr std::size_t kMaxCounter = 4;

std::optional<Mark> MarkOf(std::string_view name, std::string_view base) {
  std::string_view rest = UnpackedName(name);
  if (const std::string_view digits = Tai64nOf(rest); !digits.empty()) {
    return Mark{.digits = std::string(digits), .is_date = true};
  }
  while (!rest.empty() && !base.empty() && rest.front() == base.front()) {
    rest.remove_prefix(1);
    base.remove_prefix(1);
  }
  if (!EatBack(rest, base)) return std::nullopt;
  Mark mark;
  std::copy_if(rest.begin(), rest.end(), std::back_inserter(mark.digits), IsDigit);
  if (mark.digits.empty()) return std::nullopt;
  mark.is_date = mark.digits.size() > kMaxCounter;
  return mark;
}

}  // namespace

std::string_view UnpackedName(std::string_view name) {
  for (const std::string_view ending : kPackedEndings) {
    if (EatBack(name, ending)) return name;
  }
  return name;
}

bool IsPackedName(std::string_view name) { return UnpackedName(name).size() != name.size(); }

std::optional<bool> IsYounger(std::string_view a, std::string_view b, std::string_view base) {
  const std::optional<Mark> of_a = MarkOf(a, base);
  const std::optional<Mark> of_b = MarkOf(b, base);
  if (!of_a || !of_b || of_a->is_date != of_b->is_date) return std::nullopt;
  if (of_a->is_date) return of_a->digits > of_b->digits;
  return ParseUint(of_a->digits) < ParseUint(of_b->digits);
}

std::vector<std::string> RotationBases(std::string_view name) {
  std::vector<std::string> bases;
  const std::string_view whole = UnpackedName(name);
  if (whole.size() != name.size()) bases.emplace_back(whole);
  if (!Tai64nOf(whole).empty()) bases.emplace_back(kTai64nBase);
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
