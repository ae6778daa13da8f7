#include "parser/envelope/json.h"

#include <algorithm>
#include <cstdint>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr ByteSet kLiteralEnd(",} ");
constexpr ByteSet kNestedStop("\"{}[]");

/// An object or array, to its closing bracket; kinds of brackets are not compared.
bool SkipNested(std::string_view& text) {
  std::size_t depth = 0;
  do {
    (void)TakeUntilAny(text, kNestedStop);
    if (Eat(text, '"')) {
      if (!TakeQuoted(text)) return false;
    } else if (Eat(text, '{') || Eat(text, '[')) {
      ++depth;
    } else if (Eat(text, '}') || Eat(text, ']')) {
      --depth;
    } else {
      return false;
    }
  } while (depth > 0);
  return true;
}

JsonKind KindOf(std::string_view value) {
  if (value.starts_with('{')) return JsonKind::kObject;
  return value.starts_with('[') ? JsonKind::kArray : JsonKind::kOther;
}

/// A value that is not a text: an object (`"attrs":{…}`), a number, `null`.
bool SkipValue(std::string_view& text, JsonKind kind) {
  return kind == JsonKind::kOther ? !TakeUntilAny(text, kLiteralEnd).empty() : SkipNested(text);
}

/// Unescaped text as it grows; what does not fit is dropped.
class Output {
 public:
  explicit Output(std::span<char> space) : left_(space), space_(space) {}
  void Add(std::string_view text) {
    const std::size_t n = std::min(text.size(), left_.size());
    std::copy_n(text.begin(), n, left_.begin());
    left_ = left_.subspan(n);
  }
  void Add(char c) { Add(std::string_view(&c, 1)); }
  void AddCodePoint(std::uint32_t code) {
    if (code < 0x80) return Add(static_cast<char>(code));
    if (code < 0x800) {
      Add(static_cast<char>(0xC0 | (code >> 6)));
    } else if (code < 0x10000) {
      Add(static_cast<char>(0xE0 | (code >> 12)));
      AddContinuation(code >> 6);
    } else {
      Add(static_cast<char>(0xF0 | (code >> 18)));
      AddContinuation(code >> 12);
      AddContinuation(code >> 6);
    }
    AddContinuation(code);
  }
  [[nodiscard]] std::string_view text() const {
    return {space_.data(), space_.size() - left_.size()};
  }

 private:
  void AddContinuation(std::uint32_t code) { Add(static_cast<char>(0x80 | (code & 0x3F))); }

  std::span<char> left_;
  std::span<char> space_;
};

/// What follows `\u`: one code unit, or two that are a surrogate pair.
std::optional<std::uint32_t> TakeCodePoint(std::string_view& text) {
  constexpr std::uint32_t kReplacement = 0xFFFD;
  const std::optional<std::uint32_t> unit = TakeHex4(text);
  if (!unit || *unit < 0xD800 || *unit > 0xDFFF) return unit;
  std::string_view rest = text;
  if (*unit > 0xDBFF || !Eat(rest, "\\u")) return kReplacement;
  const std::optional<std::uint32_t> low = TakeHex4(rest);
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return kReplacement;
  text = rest;
  return 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
}

/// What follows a backslash.
bool TakeEscape(std::string_view& text, Output& out) {
  if (Eat(text, 'u')) {
    const std::optional<std::uint32_t> code = TakeCodePoint(text);
    if (code) out.AddCodePoint(*code);
    return code.has_value();
  }
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (text.empty()) return false;
  const std::size_t which = kLetters.find(text.front());
  if (which == std::string_view::npos) return false;
  out.Add(kMeanings[which]);
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<JsonMember> TakeJsonMember(std::string_view& text) {
  JsonMember member;
  SkipSpaces(text);
  if (!Eat(text, '"')) return std::nullopt;
  const std::optional<std::string_view> key = TakeQuoted(text);
  if (!key) return std::nullopt;
  member.key = *key;
  SkipSpaces(text);
  if (!Eat(text, ':')) return std::nullopt;
  SkipSpaces(text);
  if (Eat(text, '"')) {
    const std::optional<std::string_view> value = TakeQuoted(text);
    if (!value) return std::nullopt;
    member.kind = JsonKind::kText;
    member.value = *value;
  } else {
    const std::string_view begin = text;
    member.kind = KindOf(text);
    if (!SkipValue(text, member.kind)) return std::nullopt;
    member.value = TakenFrom(begin, text);
  }
  SkipSpaces(text);
  return member;
}

std::optional<std::string_view> Unescaped(std::string_view text, std::span<char> scratch) {
  if (text.find('\\') == std::string_view::npos) return text;
  Output out(scratch);
  while (true) {
    out.Add(TakeUntil(text, '\\'));
    if (!Eat(text, '\\')) return out.text();
    if (!TakeEscape(text, out)) return std::nullopt;
  }
}

std::optional<std::string_view> BytesOf(std::string_view array, std::span<char> scratch) {
  Output out(scratch);
  if (!Eat(array, '[')) return std::nullopt;
  do {
    SkipSpaces(array);
    std::uint64_t byte = 0;
    if (!TakeUint(array, byte) || byte > 255) return std::nullopt;
    out.Add(static_cast<char>(byte));
    SkipSpaces(array);
  } while (Eat(array, ','));
  return array == "]" ? std::optional(out.text()) : std::nullopt;
}

}  // namespace maillog
