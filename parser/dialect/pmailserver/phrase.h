// PMailServer's Japanese, in both of its encodings. Nothing is decoded: a phrase is looked for as
// the bytes it has in UTF-8 and in CP932.
#pragma once

#include <string_view>

#include "parser/encoding.h"
#include "parser/scan.h"

namespace maillog::pmailserver {

struct Phrase {
  std::string_view utf8;
  std::string_view cp932;
};

// Service lines. The wording of stops is inferred.
inline constexpr Phrase kStarted{"サービスを開始", "\x83T\x81[\x83r\x83X\x82\xf0\x8aJ\x8en"};
inline constexpr Phrase kStopped{"サービスを停止", "\x83T\x81[\x83r\x83X\x82\xf0\x92\xe2\x8e~"};
inline constexpr Phrase kEnded{"サービスを終了", "\x83T\x81[\x83r\x83X\x82\xf0\x8fI\x97\xb9"};

// `無条件接続許可ホスト(IP)`, `中継許可IPされたアドレス`
inline constexpr Phrase kUnconditionalHost{
    "無条件接続許可ホスト",
    "\x96\xb3\x8f\xf0\x8c\x8f\x90\xda\x91\xb1\x8b\x96\x89\xc2\x83z\x83X\x83g"};
inline constexpr Phrase kRelayPermission{"中継許可", "\x92\x86\x8cp\x8b\x96\x89\xc2"};
inline constexpr Phrase kWasDone{"された", "\x82\xb3\x82\xea\x82\xbd"};

// Words that mean trouble in texts that are not known otherwise.
inline constexpr Phrase kError{"エラー", "\x83G\x83\x89\x81["};
inline constexpr Phrase kFailure{"失敗", "\x8e\xb8\x94s"};
inline constexpr Phrase kRefusal{"拒否", "\x8b\x91\x94\xdb"};
inline constexpr Phrase kTimeout{"タイムアウト",
                                 "\x83^\x83"
                                 "C\x83\x80\x83"
                                 "A\x83"
                                 "E\x83g"};

/// Moves past the phrase if the text begins with it.
[[nodiscard]] constexpr bool Eat(std::string_view& text, const Phrase& phrase) {
  return maillog::Eat(text, phrase.utf8) || maillog::Eat(text, phrase.cp932);
}

/// The first byte of a character of two bytes in CP932.
[[nodiscard]] constexpr bool IsCp932Lead(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
}

/// Whether the phrase is in the text. In CP932 the second byte of one character and the first
/// of the next can look like another: so that text is read character by character.
[[nodiscard]] inline bool Contains(std::string_view text, const Phrase& phrase) {
  if (text.find(phrase.utf8) != std::string_view::npos) return true;
  if (IsValidUtf8(text)) return false;
  while (!text.empty()) {
    if (StartsWith(text, phrase.cp932)) return true;
    const bool is_lead = IsCp932Lead(text.front());
    text.remove_prefix(1);
    if (is_lead && !text.empty()) text.remove_prefix(1);
  }
  return false;
}

}  // namespace maillog::pmailserver
