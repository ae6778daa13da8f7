// Labels are types. A closed label is an enum with a list of its texts; an open label is
// a view with a stated limit and form (label_form.h). There is no label type for an address, a
// user, an IP, a queue id or a message id, and none may be added.
//
// The names and values are those of the metric contract (METRICS.md). An empty value means: no such
// label.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

namespace maillog {

/// Specialised for each label type. Closed: `name`, `values` (indexed by the enum). Open: `name`,
/// `limit` (so many values have series of their own), `form` (whether a text can be a value).
template <class T>
struct Label;

/// The texts of a label that is not an enum, by index.
template <class... Texts>
constexpr std::array<std::string_view, sizeof...(Texts)> Values(Texts... texts) {
  return {std::string_view{texts}...};
}

/// A value of a closed label, and its text.
template <class E>
struct LabelText {
  E value;
  std::string_view text;
};

// What is wrong with a list: not constexpr, so that the compiler stops there and names it.
void ATextIsMissingOrNotInTheOrderOfTheEnum();
void TheLastValueOfTheEnumHasNoText();
void ATextIsThereTwice();
void OnlyTheFirstTextMayBeEmpty();
void OtherIsNotTheLastValue();

/// Whether the enum has a value of this number, by the name that the compiler gives it.
template <auto kValue>
[[nodiscard]] consteval bool IsNamedValue() {
  const std::string_view function = __PRETTY_FUNCTION__;
  constexpr std::string_view kBefore = "kValue = ";
  return function[function.find(kBefore) + kBefore.size()] != '(';
}

/// Whether two values may have one text: daemons of two servers can.
enum class TextsTwice : bool { kRefused, kAllowed };

/// The texts of an enum's values, by number. Does not compile if a value is missing, is there twice
/// or out of order, or if a text is. An empty text means "no such label", and is the first;
/// `other`, what is not in the list, is the last.
template <class E, TextsTwice kTwice = TextsTwice::kRefused, std::size_t kCount>
[[nodiscard]] consteval std::array<std::string_view, kCount> LabelTexts(
    const LabelText<E> (&list)[kCount]) {
  std::array<std::string_view, kCount> texts;
  for (std::size_t i = 0; i < kCount; ++i) {
    if (list[i].value != static_cast<E>(i)) ATextIsMissingOrNotInTheOrderOfTheEnum();
    if (list[i].text.empty() && i != 0) OnlyTheFirstTextMayBeEmpty();
    if (list[i].text == "other" && i + 1 != kCount) OtherIsNotTheLastValue();
    for (std::size_t j = 0; j < i; ++j) {
      if (kTwice == TextsTwice::kRefused && texts[j] == list[i].text) ATextIsThereTwice();
    }
    texts[i] = list[i].text;
  }
  if (IsNamedValue<static_cast<E>(kCount)>()) TheLastValueOfTheEnumHasNoText();
  return texts;
}

/// The text of a closed label's value.
template <class E>
requires std::is_enum_v<E>
[[nodiscard]] constexpr std::string_view Text(E value) {
  return Label<E>::values[static_cast<std::size_t>(value)];
}

/// The value with exactly this text, if the closed list has it. Linear: for short lists and cold
/// paths.
template <class E>
requires std::is_enum_v<E>
[[nodiscard]] constexpr std::optional<E> FromText(std::string_view text) {
  for (std::size_t i = 0; i < Label<E>::values.size(); ++i) {
    if (Label<E>::values[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace maillog
