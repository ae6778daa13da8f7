// Labels whose closed lists come from a registry: enhanced status codes (IANA, RFC 3463 and its
// successors), SMTP reply codes, TLS cipher suites (OpenSSL's names), codes of PMailServer's MTA
// report.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/label.h"
#include "parser/scan.h"

namespace maillog {

/// First digit of an enhanced status code (RFC 3463).
enum class DsnClass : std::uint8_t { kAbsent, kSuccess, kTransient, kPermanent };
template <>
struct Label<DsnClass> {
  static constexpr std::string_view name = "dsn_class";
  using enum DsnClass;
  static constexpr auto values =
      LabelTexts<DsnClass>({{kAbsent, ""}, {kSuccess, "2"}, {kTransient, "4"}, {kPermanent, "5"}});
};

/// An enhanced status code of the IANA registry ("Enumerated Status Codes", class.subject.detail),
/// or `other`, or none.
class DsnCode {
 public:
  constexpr DsnCode() = default;
  /// Reads `2.0.0`; anything that is not in the registry is `other`, an empty text is none.
  [[nodiscard]] static constexpr DsnCode Of(std::string_view text);
  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  /// 2, 4 or 5; 0 if absent or `other`.
  [[nodiscard]] constexpr int code_class() const;
  /// Second and third number; -1 if absent or `other`.
  [[nodiscard]] constexpr int subject() const;
  [[nodiscard]] constexpr int detail() const;
  friend constexpr bool operator==(DsnCode, DsnCode) = default;

  static constexpr std::array<int, 3> kClasses{2, 4, 5};
  /// Highest detail registered for each subject 0 to 7.
  static constexpr std::array<int, 8> kMaxDetail{0, 10, 4, 5, 7, 6, 10, 30};
  static constexpr std::size_t kPerClass = 1 + 11 + 5 + 6 + 8 + 7 + 11 + 31;
  static constexpr std::size_t kOther = kClasses.size() * kPerClass + 1;  // 0 is absent

 private:
  explicit constexpr DsnCode(std::size_t index) : index_(static_cast<std::uint8_t>(index)) {}
  std::uint8_t index_ = 0;
};
static_assert(DsnCode::kOther < 256);

namespace internal {

/// A short text made at compile time.
struct ShortText {
  std::array<char, 8> text{};
  std::size_t size = 0;
  constexpr void Add(char c) { text[size++] = c; }
  constexpr void Add(int number) {
    if (number >= 100) Add(static_cast<char>('0' + number / 100));
    if (number >= 10) Add(static_cast<char>('0' + number / 10 % 10));
    Add(static_cast<char>('0' + number % 10));
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text.data(), size}; }
};

struct DsnNumbers {
  int code_class = 0;
  int subject = -1;
  int detail = -1;
};

inline constexpr auto kDsnNumbers = [] {
  std::array<DsnNumbers, DsnCode::kOther + 1> all{};
  std::size_t i = 1;
  for (const int c : DsnCode::kClasses) {
    for (int s = 0; s < static_cast<int>(DsnCode::kMaxDetail.size()); ++s) {
      for (int d = 0; d <= DsnCode::kMaxDetail[static_cast<std::size_t>(s)]; ++d)
        all[i++] = {c, s, d};
    }
  }
  return all;
}();

inline constexpr auto kDsnTexts = [] {
  std::array<ShortText, DsnCode::kOther + 1> all{};
  for (std::size_t i = 1; i < DsnCode::kOther; ++i) {
    all[i].Add(kDsnNumbers[i].code_class);
    all[i].Add('.');
    all[i].Add(kDsnNumbers[i].subject);
    all[i].Add('.');
    all[i].Add(kDsnNumbers[i].detail);
  }
  return all;
}();

}  // namespace internal

constexpr int DsnCode::code_class() const { return internal::kDsnNumbers[index_].code_class; }
constexpr int DsnCode::subject() const { return internal::kDsnNumbers[index_].subject; }
constexpr int DsnCode::detail() const { return internal::kDsnNumbers[index_].detail; }

constexpr DsnCode DsnCode::Of(std::string_view text) {
  if (text.empty()) return DsnCode{};
  if (text.size() < 5 || text[1] != '.' || text[3] != '.') return DsnCode{kOther};
  std::size_t index = 1;
  if (text[0] == '4') index += kPerClass;
  if (text[0] == '5') index += 2 * kPerClass;
  if (index == 1 && text[0] != '2') return DsnCode{kOther};
  const auto subject = static_cast<std::size_t>(text[2] - '0');
  if (!IsDigit(text[2]) || subject >= kMaxDetail.size()) return DsnCode{kOther};
  const std::string_view rest = text.substr(4);
  std::uint64_t detail = 0;
  if (!ParseUint(rest, detail) || (rest.size() > 1 && rest[0] == '0')) return DsnCode{kOther};
  if (detail > static_cast<std::uint64_t>(kMaxDetail[subject])) return DsnCode{kOther};
  for (std::size_t s = 0; s < subject; ++s) index += static_cast<std::size_t>(kMaxDetail[s]) + 1;
  return DsnCode{index + detail};
}

template <>
struct Label<DsnCode> {
  static constexpr std::string_view name = "dsn";
  static constexpr auto values = [] {
    std::array<std::string_view, DsnCode::kOther + 1> all{};
    for (std::size_t i = 1; i < DsnCode::kOther; ++i) all[i] = internal::kDsnTexts[i].view();
    all[DsnCode::kOther] = "other";
    return all;
  }();
};

[[nodiscard]] constexpr DsnClass DsnClassOf(std::string_view dsn) {
  if (dsn.empty()) return DsnClass::kAbsent;
  return dsn[0] == '2'   ? DsnClass::kSuccess
         : dsn[0] == '4' ? DsnClass::kTransient
         : dsn[0] == '5' ? DsnClass::kPermanent
                         : DsnClass::kAbsent;
}

/// A reply code that rejects: 400 to 599; anything else is `other`, and no code at all is absent.
class ReplyCode {
 public:
  constexpr ReplyCode() = default;
  [[nodiscard]] static constexpr ReplyCode Of(std::string_view text) {
    if (text.empty()) return {};
    std::uint64_t code = 0;
    const bool rejects = text.size() == 3 && ParseUint(text, code) && code >= 400 && code < 600;
    ReplyCode result;
    result.index_ = static_cast<std::uint8_t>(rejects ? code - 400 + 1 : kOther);
    return result;
  }
  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  /// The number, 400 to 599; 0 if absent or `other`.
  [[nodiscard]] constexpr int code() const {
    return index_ == 0 || index_ == kOther ? 0 : index_ + 399;
  }
  friend constexpr bool operator==(ReplyCode, ReplyCode) = default;
  static constexpr std::size_t kOther = 201;

 private:
  std::uint8_t index_ = 0;
};

namespace internal {
inline constexpr auto kReplyTexts = [] {
  std::array<ShortText, ReplyCode::kOther> all{};
  for (std::size_t i = 1; i < ReplyCode::kOther; ++i) all[i].Add(static_cast<int>(i) + 399);
  return all;
}();
}  // namespace internal

template <>
struct Label<ReplyCode> {
  static constexpr std::string_view name = "code";
  static constexpr auto values = [] {
    std::array<std::string_view, ReplyCode::kOther + 1> all{};
    for (std::size_t i = 1; i < ReplyCode::kOther; ++i) all[i] = internal::kReplyTexts[i].view();
    all[ReplyCode::kOther] = "other";
    return all;
  }();
};

/// The cipher suite of a TLS session, by OpenSSL's name.
class TlsCipher {
 public:
  constexpr TlsCipher() = default;
  [[nodiscard]] static constexpr TlsCipher Of(std::string_view text);
  [[nodiscard]] constexpr std::size_t index() const { return index_; }
  friend constexpr bool operator==(TlsCipher, TlsCipher) = default;

 private:
  std::uint8_t index_ = 0;
};

template <>
struct Label<TlsCipher> {
  static constexpr std::string_view name = "cipher";
  /// Sorted, `other` first. What OpenSSL 1.0 to 3.x can negotiate by certificate, and anonymously.
  static constexpr auto values = Values(
      "other", "ADH-AES128-GCM-SHA256", "ADH-AES128-SHA", "ADH-AES128-SHA256",
      "ADH-AES256-GCM-SHA384", "ADH-AES256-SHA", "ADH-AES256-SHA256", "ADH-CAMELLIA128-SHA",
      "ADH-CAMELLIA128-SHA256", "ADH-CAMELLIA256-SHA", "ADH-CAMELLIA256-SHA256", "ADH-DES-CBC3-SHA",
      "ADH-RC4-MD5", "ADH-SEED-SHA", "AECDH-AES128-SHA", "AECDH-AES256-SHA", "AECDH-DES-CBC3-SHA",
      "AECDH-RC4-SHA", "AES128-CCM", "AES128-CCM8", "AES128-GCM-SHA256", "AES128-SHA",
      "AES128-SHA256", "AES256-CCM", "AES256-CCM8", "AES256-GCM-SHA384", "AES256-SHA",
      "AES256-SHA256", "ARIA128-GCM-SHA256", "ARIA256-GCM-SHA384", "CAMELLIA128-SHA",
      "CAMELLIA128-SHA256", "CAMELLIA256-SHA", "CAMELLIA256-SHA256", "DES-CBC3-SHA",
      "DHE-DSS-AES128-SHA", "DHE-DSS-AES256-SHA", "DHE-RSA-AES128-CCM", "DHE-RSA-AES128-CCM8",
      "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA256",
      "DHE-RSA-AES256-CCM", "DHE-RSA-AES256-CCM8", "DHE-RSA-AES256-GCM-SHA384",
      "DHE-RSA-AES256-SHA", "DHE-RSA-AES256-SHA256", "DHE-RSA-ARIA128-GCM-SHA256",
      "DHE-RSA-ARIA256-GCM-SHA384", "DHE-RSA-CAMELLIA128-SHA", "DHE-RSA-CAMELLIA128-SHA256",
      "DHE-RSA-CAMELLIA256-SHA", "DHE-RSA-CAMELLIA256-SHA256", "DHE-RSA-CHACHA20-POLY1305",
      "DHE-RSA-SEED-SHA", "ECDHE-ARIA128-GCM-SHA256", "ECDHE-ARIA256-GCM-SHA384",
      "ECDHE-ECDSA-AES128-CCM", "ECDHE-ECDSA-AES128-CCM8", "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES256-CCM",
      "ECDHE-ECDSA-AES256-CCM8", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA",
      "ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-ARIA128-GCM-SHA256",
      "ECDHE-ECDSA-ARIA256-GCM-SHA384", "ECDHE-ECDSA-CAMELLIA128-SHA256",
      "ECDHE-ECDSA-CAMELLIA256-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-DES-CBC3-SHA",
      "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-SHA", "ECDHE-RSA-AES128-SHA256",
      "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES256-SHA384",
      "ECDHE-RSA-CAMELLIA128-SHA256", "ECDHE-RSA-CAMELLIA256-SHA384", "ECDHE-RSA-CHACHA20-POLY1305",
      "ECDHE-RSA-DES-CBC3-SHA", "ECDHE-RSA-RC4-SHA", "EDH-RSA-DES-CBC3-SHA", "IDEA-CBC-SHA",
      "RC4-MD5", "RC4-SHA", "SEED-SHA", "TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_SHA256",
      "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  static_assert(std::is_sorted(values.begin() + 1, values.end()));
};

constexpr TlsCipher TlsCipher::Of(std::string_view text) {
  constexpr const auto& values = Label<TlsCipher>::values;
  const auto* const at = std::lower_bound(values.begin() + 1, values.end(), text);
  TlsCipher cipher;
  if (at != values.end() && *at == text)
    cipher.index_ = static_cast<std::uint8_t>(at - values.begin());
  return cipher;
}

/// The code of a line of PMailServer's MTA report: 0 to -17.
class MtaReportCode {
 public:
  static constexpr std::size_t kCount = 18;
  constexpr MtaReportCode() = default;
  /// `minus` is 4 for the code -4; less than kCount.
  explicit constexpr MtaReportCode(std::size_t minus) : minus_(static_cast<std::uint8_t>(minus)) {}
  [[nodiscard]] constexpr std::size_t index() const { return minus_; }
  friend constexpr bool operator==(MtaReportCode, MtaReportCode) = default;

 private:
  std::uint8_t minus_ = 0;
};

template <>
struct Label<MtaReportCode> {
  static constexpr std::string_view name = "code";
  static constexpr auto values = Values("0", "-1", "-2", "-3", "-4", "-5", "-6", "-7", "-8", "-9",
                                        "-10", "-11", "-12", "-13", "-14", "-15", "-16", "-17");
  static_assert(values.size() == MtaReportCode::kCount);
};

/// The same code in words, as the manual explains it: -14 and -15 are one.
struct MtaReportResult {
  MtaReportCode code;
  [[nodiscard]] constexpr std::size_t index() const {
    return code.index() < 15 ? code.index() : code.index() - 1;
  }
};
template <>
struct Label<MtaReportResult> {
  static constexpr std::string_view name = "result";
  static constexpr auto values =
      Values("delivered", "connection_refused", "helo_rejected", "sender_rejected",
             "recipient_rejected", "data_rejected", "message_rejected", "recipient_deferred",
             "connection_lost", "sender_deferred", "dns_error", "auth_failed", "connection_timeout",
             "host_not_found", "internal_error", "data_timeout", "filter");
  static_assert(values.size() == MtaReportCode::kCount - 1);
};

}  // namespace maillog
