// Tables of message forms: the long tail of lines that say something in fixed words and move
// nothing. A form is literal text with wildcards; a table finds the form of a message by its first
// byte, so that thousands of forms cost no more than a few comparisons.
//
//   %s  any text, also none            %d  a number: digits, with a sign or a fraction if there
//   %w  a word: no blank, not empty    %x  a hexadecimal number, with or without 0x
//   %%  a percent sign
//
// A form describes the whole message, and begins with at least one literal byte: what is in
// front of the fixed words (a queue id, a client, a function's name) is taken off by the rule that
// asks the table. So no form can match a message whose first fixed word is another.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// Whether `text` as a whole has this form. Linear except for `%s`, which tries each place where
/// the literal after it occurs.
[[nodiscard]] bool HasForm(std::string_view form, std::string_view text);

/// How much of the front of `text` the form describes, up to where the two part.
[[nodiscard]] std::size_t ReadByForm(std::string_view form, std::string_view text);

/// Forms of whatever kind, asked only whether they know a text.
class FormLookup {
 public:
  [[nodiscard]] virtual bool Has(std::string_view text) const = 0;
  /// How much of the front of a text that none has was read by the one that came furthest.
  [[nodiscard]] virtual std::size_t Read(std::string_view text) const = 0;

 protected:
  constexpr ~FormLookup() = default;
};

/// A row of a table that has nothing to say but its form. Tables may have richer rows.
struct Form {
  std::string_view form;
};

/// Rows, found by form. Made at compile time: `constexpr FormTable
/// kForms(std::to_array<Form>({…}))`. `Row` has a member `form`. Where two forms match, the first
/// row is found.
template <class Row, std::size_t N>
class FormTable final : public FormLookup {
 public:
  consteval explicit FormTable(const std::array<Row, N>& rows) : rows_(rows) {
    first_.fill(kEnd);
    next_.fill(kEnd);
    for (std::size_t i = N; i-- > 0;) {
      const std::string_view form = rows_[i].form;
      if (form.empty() || form.front() == '%') throw "a form begins with a literal byte";
      std::uint16_t& first = first_[static_cast<unsigned char>(form.front())];
      next_[i] = first;
      first = static_cast<std::uint16_t>(i);
      const std::string_view front = form.substr(0, form.find('%'));
      fronts_[i].first = MaskedBytes(front);
      if (front.size() > 8) fronts_[i].second = MaskedBytes(front.substr(8));
    }
  }

  /// The row whose form the whole text has; nullptr if there is none.
  [[nodiscard]] const Row* Match(std::string_view text) const {
    if (text.empty()) return nullptr;
    const std::uint64_t first = FirstEightFolded(text);
    const std::uint64_t second =
        FirstEightFolded(text.substr(std::min<std::size_t>(8, text.size())));
    for (std::uint16_t i = first_[static_cast<unsigned char>(text.front())]; i != kEnd;
         i = next_[i]) {
      if (!fronts_[i].first.Fit(first) || !fronts_[i].second.Fit(second)) continue;
      if (HasForm(rows_[i].form, text)) return &rows_[i];
    }
    return nullptr;
  }
  [[nodiscard]] bool Has(std::string_view text) const override { return Match(text) != nullptr; }
  [[nodiscard]] std::size_t Read(std::string_view text) const override {
    std::size_t furthest = 0;
    if (text.empty()) return furthest;
    for (std::uint16_t i = first_[static_cast<unsigned char>(text.front())]; i != kEnd;
         i = next_[i]) {
      furthest = std::max(furthest, ReadByForm(rows_[i].form, text));
    }
    return furthest;
  }

 private:
  static constexpr std::uint16_t kEnd = 0xffff;
  static_assert(N < kEnd);
  /// Some of eight bytes.
  struct MaskedBytes {
    std::uint64_t bytes = 0;
    std::uint64_t mask = 0;

    constexpr MaskedBytes() = default;
    constexpr explicit MaskedBytes(std::string_view text)
        : mask(~std::uint64_t{0} >> (64 - 8 * std::min<std::size_t>(text.size(), 8))) {
      bytes = FirstEightFolded(text) & mask;
    }
    [[nodiscard]] constexpr bool Fit(std::uint64_t eight) const { return (eight & mask) == bytes; }
  };
  /// The first bytes before the first wildcard: most rows of a chain are distinguished by one or
  /// two comparisons.
  struct Front {
    MaskedBytes first;
    MaskedBytes second;
  };
  std::array<Row, N> rows_;
  std::array<std::uint16_t, 256> first_{};
  std::array<std::uint16_t, N> next_{};
  std::array<Front, N> fronts_{};
};

/// Rows whose forms begin with a value (`%s asciified to %s`), so that no first byte finds them:
/// each is tried. To be asked last, where no table knows the message. The fixed words after the
/// value must identify the form by themselves.
template <std::size_t N>
class ValueForms {
 public:
  consteval explicit ValueForms(const std::array<Form, N>& rows) : rows_(rows) {
    for (std::size_t i = 0; i < N; ++i) {
      if (!rows[i].form.starts_with('%')) throw "a literal first byte belongs in a table";
      literals_[i] = LongestLiteral(rows[i].form);
    }
  }

  [[nodiscard]] bool Match(std::string_view text) const {
    // Messages of Postfix and Dovecot are cut far below: anything longer is not worth the time.
    constexpr std::size_t kMaxBytes = 4096;
    if (text.size() > kMaxBytes) return false;
    for (std::size_t i = 0; i < N; ++i) {
      std::string_view rest = text;
      if (SkipPast(rest, literals_[i]) && HasForm(rows_[i].form, text)) return true;
    }
    return false;
  }

 private:
  /// What a text of this form must hold: most texts do not, which is quickly seen.
  static constexpr std::string_view LongestLiteral(std::string_view form) {
    std::string_view longest;
    while (!form.empty()) {
      const std::string_view literal = form.substr(0, form.find('%'));
      if (literal.size() > longest.size()) longest = literal;
      form.remove_prefix(std::min(literal.size() + 2, form.size()));
    }
    return longest;
  }

  std::array<Form, N> rows_;
  std::array<std::string_view, N> literals_{};
};

}  // namespace maillog
