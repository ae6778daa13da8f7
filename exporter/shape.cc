#include "exporter/shape.h"

#include <cstddef>

#include "exporter/plain_words.h"
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

class Masker {
 public:
  explicit Masker(std::string_view message) : rest_(message) {}

  [[nodiscard]] std::string Mask() {
    while (!rest_.empty() && shape_.size() < kMostShapeBytes) MaskNext();
    if (shape_.size() > kMostShapeBytes) shape_.resize(kMostShapeBytes);
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

  // What is not closed again is masked to the end.
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
    std::string_view token = TakeUntilAny(rest_, kWordEnd);
    std::string_view word = token;
    while (!word.empty() && IsPunctuation(word.back())) word.remove_suffix(1);
    const std::string_view punctuation = token.substr(word.size());
    if (IsPlain(word)) {
      shape_.append(word);
    } else if (!word.empty() && !shape_.ends_with("* ") && !EndsWith(kMask)) {
      shape_.push_back(kMask);
    } else if (!word.empty() && EndsWith(' ')) {
      shape_.pop_back();  // one mask for a run of unknown words
    }
    shape_.append(punctuation);
  }

  std::string_view rest_;
  std::string shape_;
};

}  // namespace

std::string ShapeOf(std::string_view message) { return Masker(message).Mask(); }

}  // namespace maillog
