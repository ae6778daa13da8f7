// The months as stamps abbreviate them, in the languages that journalctl and others write.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// By month, names without a full stop and in lower case, separated by blanks: English, French,
/// German, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Swedish, Czech, Turkish, Finnish.
inline constexpr std::array<std::string_view, 12> kMonthNames{
    "jan janv ene gen sty янв led oca tammi",
    "feb févr fev lut фев úno şub helmi",
    "mar mars mär mrt мар bře maalis",
    "apr avril abr kwi апр dub nis huhti",
    "may mai mag mei maj мая kvě touko",
    "jun juin giu cze июн čen haz kesä",
    "jul juil lug lip июл čec tem heinä",
    "aug août ago sie авг srp ağu elo",
    "sep sept set wrz сен zář eyl syys",
    "oct okt ott out paź окт říj eki loka",
    "nov lis ноя kas marras",
    "dec déc dez dic gru дек pro ara joulu",
};

/// A byte of a word in any language.
[[nodiscard]] constexpr bool IsLetterByte(char c) {
  return IsAlpha(c) || static_cast<unsigned char>(c) >= 0x80;
}

/// The month of this name, 1 to 12, in any case of ASCII letters; 0 if it is not one.
[[nodiscard]] constexpr int MonthNamed(std::string_view name) {
  // The English ones, which come first, in most logs.
  constexpr std::size_t kEnglish = 3;
  for (std::size_t i = 0; name.size() == kEnglish && i < kMonthNames.size(); ++i) {
    if (EqualFold(kMonthNames[i].substr(0, kEnglish), name)) return static_cast<int>(i + 1);
  }
  int month = 0;
  for (std::string_view names : kMonthNames) {
    ++month;
    while (!names.empty()) {
      if (EqualFold(TakeUntil(names, ' '), name)) return month;
      SkipSpaces(names);
    }
  }
  return 0;
}

}  // namespace maillog
