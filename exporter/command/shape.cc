#include "exporter/command/shape.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "exporter/command/plain_words.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr char kMask = '*';
constexpr std::string_view kOpening = "<[({\"'`";
constexpr std::string_view kClosing = ">])}\"''";
constexpr ByteSet kWordEnd(" \t<[({>])}\",;=");

bool IsJoint(char c) { return c == '/' || c == '-' || c == '_'; }
bool IsPunctuation(char c) { return c == ':' || c == '.' || c == '!' || c == '?' || c == '\''; }
bool IsLetter(char c) { return IsAlpha(c) || c == '\''; }

/// `rcpt`, `postfix/smtpd`, `end-of-data`: every part is a plain word.
bool IsPlain(std::string_view token) {
  if (token.empty()) return false;
  for (;;) {
    if (!IsPlainWord(TakeWhile(token, IsLetter))) return false;
    if (token.empty()) return true;
    if (TakeWhile(token, IsJoint).size() != 1) return false;
  }
}

// After these words a message names somebody, or something that belongs to somebody.
constexpr std::array<std::string_view, 22> kBeforeNames{
    "account", "alias",  "by",      "client", "domain", "for",     "from",      "group",
    "host",    "login",  "mailbox", "of",     "owner",  "domains", "recipient", "relay",
    "sender",  "server", "table",   "to",     "user",   "users"};

// Whether the text has the word more than once, in upper or lower case, alone or within others.
bool HasTwice(std::string_view text, std::string_view word) {
  const auto equal = [](char a, char b) { return Lower(a) == Lower(b); };
  const auto first = std::search(text.begin(), text.end(), word.begin(), word.end(), equal);
  return first != text.end() &&
         std::search(first + 1, text.end(), word.begin(), word.end(), equal) != text.end();
}

// Whether the word at this place in the message cannot, by its form, be somebody's name or address.
bool IsNobodys(std::string_view message, std::size_t at, std::string_view word) {
  constexpr std::size_t kMaxBytes = 24;
  if (word.size() < 3 || word.size() > kMaxBytes) return false;
  const std::string_view small = at == 0 ? word.substr(1) : word;
  if (!IsAlpha(word.front()) || !std::all_of(small.begin(), small.end(), IsLower)) return false;
  std::string_view before = message.substr(0, at);
  while (before.ends_with(' ') || before.ends_with(':')) before.remove_suffix(1);
  before = before.substr(before.find_last_of(" ,;([") + 1);
  const auto is_before = [before](std::string_view name) { return EqualFold(before, name); };
  const bool names = std::any_of(kBeforeNames.begin(), kBeforeNames.end(), is_before);
  return !names && !HasTwice(message, word);
}

class Masker {
 public:
  Masker(std::string_view message, std::size_t stopped_at)
      : message_(message), rest_(message), stopped_at_(stopped_at) {}

  [[nodiscard]] std::string Mask() {
    while (!rest_.empty() && shape_.size() < kMaxShapeBytes) MaskNext();
    if (shape_.size() > kMaxShapeBytes) shape_.resize(kMaxShapeBytes);
    while (EndsWith(' ')) shape_.pop_back();
    return std::move(shape_);
  }

 private:
  [[nodiscard]] bool EndsWith(char c) const { return !shape_.empty() && shape_.back() == c; }

  void MaskNext() {
    const char c = rest_.front();
    if (c == ' ' || c == '\t') {
      rest_.remove_prefix(1);
      if (!EndsWith(' ')) shape_.push_back(' ');
    } else if (kOpening.find(c) != std::string_view::npos) {
      MaskEnclosed();
    } else if (kWordEnd.has(c)) {
      rest_.remove_prefix(1);
      shape_.push_back(c);
      if (c == '=') MaskValue();
    } else {
      MaskWord();
    }
  }

  // What is not closed is masked to the end.
  void MaskEnclosed() {
    const std::size_t kind = kOpening.find(rest_.front());
    shape_.push_back(rest_.front());
    rest_.remove_prefix(1);
    const std::size_t end = rest_.find(kClosing[kind]);
    if (end != 0) shape_.push_back(kMask);
    if (end == std::string_view::npos) {
      rest_ = {};
      return;
    }
    rest_.remove_prefix(end + 1);
    shape_.push_back(kClosing[kind]);
  }

  void MaskValue() {
    if (rest_.empty() || kOpening.find(rest_.front()) != std::string_view::npos) return;
    if (!TakeUntilOneOf<' ', ','>(rest_).empty()) shape_.push_back(kMask);
  }

  void MaskWord() {
    const std::size_t at = message_.size() - rest_.size();
    std::string_view token = TakeUntilAny(rest_, kWordEnd);
    std::string_view word = token;
    while (!word.empty() && IsPunctuation(word.back())) word.remove_suffix(1);
    const std::string_view punctuation = token.substr(word.size());
    const bool stopped_here = stopped_at_ >= at && stopped_at_ - at < word.size();
    if (IsPlain(word) || (stopped_here && IsNobodys(message_, at, word))) {
      shape_.append(word);
    } else if (!word.empty() && !shape_.ends_with("* ") && !EndsWith(kMask)) {
      shape_.push_back(kMask);
    } else if (!word.empty() && EndsWith(' ')) {
      shape_.pop_back();  // one mask for a run of unknown words
    }
    shape_.append(punctuation);
  }

  const std::string_view message_;
  std::string_view rest_;
  const std::size_t stopped_at_;
  std::string shape_;
};

}  // namespace

std::size_t StoppedAt(std::string_view message, std::size_t left) {
  std::size_t at = message.size() - std::min(left, message.size());
  while (at < message.size() && (message[at] == ' ' || message[at] == ',')) ++at;
  return at;
}

std::string ShapeOf(std::string_view message, std::size_t stopped_at) {
  return Masker(message, stopped_at).Mask();
}

}  // namespace maillog
