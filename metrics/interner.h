// Gives the values of an open label small numbers, up to the label's limit; what is beyond it, or
// does not have the label's form, is `other`. All values of open labels pass through here,
// whichever rule finds them, and those that a former run saved.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "parser/find.h"
#include "parser/label_form.h"

namespace maillog {

class Interner {
 public:
  /// Whether a text can be a value.
  using Form = bool (*)(std::string_view text);
  static constexpr std::size_t kOther = 0;
  static constexpr std::size_t kEmpty = 1;

  /// `limit` is less than 65,000.
  Interner(std::size_t limit, Form form)
      : limit_(limit), form_(form), values_{std::string(kOtherValue), ""} {
    places_.fill(kEmpty);
  }

  /// Below limit + 2.
  [[nodiscard, gnu::always_inline]] std::size_t IdOf(std::string_view value) {
    if (value.empty()) return kEmpty;
    return IsSeen(value) ? seen_id_ : See(value);
  }
  /// Whether what IdOf answers has been settled: the value has a number, or cannot have one.
  [[nodiscard]] bool Knows(std::string_view value) {
    if (value.empty() || IsSeen(value) || IsLast(value)) return true;
    const std::size_t id = Lookup(value);
    if (id == kOther) return IsRefused(value);
    seen_id_ = id;
    seen_ = value;
    return true;
  }
  /// Knows what the other knows, by the same numbers. Its overflows stay its own.
  void TakeOver(const Interner& other) {
    if (values_.size() != other.values_.size()) values_ = other.values_;
  }
  /// To be called before a view that was given may go: the facts of one event share their views,
  /// and are recognised by them.
  void ForgetView() { seen_ = {}; }

  /// Takes a value up as if it had been seen; one beyond the limit or of another form is left out.
  void Know(std::string_view value);
  /// The values that have a number of their own, in the order in which they came.
  [[nodiscard]] std::span<const std::string> known() const {
    return std::span(values_).subspan(kEmpty + 1);
  }

  [[nodiscard]] const std::string& TextOf(std::size_t id) const { return values_[id]; }
  /// How often a value was shown as `other`, at most once an event.
  [[nodiscard]] std::uint64_t overflows() const { return overflows_; }

 private:
  [[nodiscard]] bool IsSeen(std::string_view value) const {
    return value.data() == seen_.data() && value.size() == seen_.size();
  }
  /// Most values are that of the line before; and short, so that no call is made here.
  [[nodiscard]] bool IsLast(std::string_view value) {
    if (value.size() > 32 || seen_id_ == kOther || !SameText(value, values_[seen_id_]))
      return false;
    seen_ = value;
    return true;
  }
  [[nodiscard, gnu::noinline]] std::size_t See(std::string_view value) {
    return IsLast(value) ? seen_id_ : SeeAnother(value);
  }
  [[nodiscard, gnu::noinline]] std::size_t SeeAnother(std::string_view value) {
    seen_id_ = Lookup(value);
    if (seen_id_ == kOther) seen_id_ = Add(value);
    seen_ = value;
    return seen_id_;
  }
  /// kOther if it has no number yet.
  [[nodiscard]] std::size_t Lookup(std::string_view value) {
    std::uint16_t& place = places_[TextEndsOf(value).Hash() % kPlaces];
    if (SameText(value, values_[place])) return place;
    const std::size_t id = Find(value);
    if (id != kOther) place = static_cast<std::uint16_t>(id);
    return id;
  }
  [[nodiscard]] std::size_t Find(std::string_view value) const;
  [[nodiscard]] std::size_t Add(std::string_view value);
  /// Whether the value lacks the label's form.
  [[nodiscard]] bool IsRefused(std::string_view value);

  std::size_t limit_;
  Form form_;
  std::vector<std::string> values_;  ///< by id
  static constexpr std::size_t kPlaces = 16;
  std::array<std::uint16_t, kPlaces> places_;  ///< ids by hash; a guess, never kOther
  std::string_view seen_;                      ///< the last view that was given, and its id
  std::size_t seen_id_ = kEmpty;
  std::uint64_t overflows_ = 0;
  /// By hash, some values that were refused: looking at one takes longer than parsing its line.
  /// What is too long to be remembered is refused for its length.
  static constexpr std::size_t kRefused = 8;
  static constexpr std::size_t kMaxRemembered = 64;
  std::array<std::string, kRefused> refused_;
};

}  // namespace maillog
