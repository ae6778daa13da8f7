#include "parser/timestamp.h"

#include <array>
#include <chrono>

namespace maillog {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// A number of at most `digits` digits.
bool TakeNumber(std::string_view& text, std::size_t digits, int& value) {
  const std::string_view taken = TakeWhile(text, IsDigit);
  const std::optional<std::uint64_t> number = ParseUint(taken);
  if (!number || taken.size() > digits) return false;
  value = static_cast<int>(*number);
  return true;
}

bool TakeTwoDigits(std::string_view& text, int& value) {
  std::string_view digits = text;
  if (!EatLike<"00">(text)) return false;
  digits = TakenFrom(digits, text);
  return TakeNumber(digits, 2, value);
}

/// `Nov`
bool TakeMonthName(std::string_view& text, int& month) {
  month = 0;
  for (const std::string_view name : kMonths) {
    ++month;
    if (Eat(text, name)) return true;
  }
  return false;
}

/// `.123456`, or with a comma
void TakeFraction(std::string_view& text, CivilStamp& stamp) {
  std::string_view digits = text;
  if (!Eat(digits, '.') && !Eat(digits, ',')) return;
  const std::string_view taken = TakeWhile(digits, IsDigit);
  if (taken.empty()) return;
  text = digits;
  Micros unit = 100'000;
  for (const char c : taken) {
    stamp.fraction += (c - '0') * unit;
    unit /= 10;
  }
}

/// `10:00:00.123`
bool TakeTime(std::string_view& text, CivilStamp& stamp) {
  if (!StartsLike<"00:00:00">(text) || !TakeNumber(text, 2, stamp.hour) || !Eat(text, ':') ||
      !TakeNumber(text, 2, stamp.minute) || !Eat(text, ':') || !TakeNumber(text, 2, stamp.second)) {
    return false;
  }
  TakeFraction(text, stamp);
  return true;
}

/// `2026-11-21`, `2026/11/21`
bool TakeDate(std::string_view& text, char separator, CivilStamp& stamp) {
  int year = 0;
  std::string_view rest = text;
  if (!TakeNumber(rest, 4, year) || !Eat(rest, separator) || !TakeNumber(rest, 2, stamp.month) ||
      !Eat(rest, separator) || !TakeNumber(rest, 2, stamp.day)) {
    return false;
  }
  stamp.year = year;
  text = rest;
  return true;
}

/// What stands behind the time: nothing, `Z`, `+09:00`, `+0900`, or a name. Only names that mean
/// one zone everywhere are read; others leave it local.
bool TakeZone(std::string_view& text, CivilStamp& stamp) {
  if (text.empty()) return true;
  if (text == "Z" || text == "z" || text == " UTC" || text == " GMT") {
    stamp.zone_offset = 0;
    return true;
  }
  if (Eat(text, ' ') && IsAlpha(text.empty() ? ' ' : text.front())) {
    if (text == "JST") stamp.zone_offset = 9 * 3600;
    return true;
  }
  if (!text.starts_with('+') && !text.starts_with('-')) return false;
  const int sign = text.starts_with('-') ? -1 : 1;
  int hours = 0;
  int minutes = 0;
  if (!EatLike<"_">(text) || !TakeTwoDigits(text, hours)) return false;
  (void)Eat(text, ':');
  if (!TakeTwoDigits(text, minutes) || !text.empty() || hours > 23 || minutes > 59) return false;
  stamp.zone_offset = sign * (hours * 3600 + minutes * 60);
  return true;
}

/// `2026-11-21T10:00:00.123456+09:00`, `Sat 2026-11-21 10:00:00 JST`
bool ReadIso(std::string_view text, CivilStamp& stamp) {
  (void)EatLike<"AAA ">(text);
  return TakeDate(text, '-', stamp) && (Eat(text, 'T') || Eat(text, 't') || Eat(text, ' ')) &&
         TakeTime(text, stamp) && TakeZone(text, stamp);
}

/// `Nov 21 10:00:00`, `Nov  1 2026 10:00:00.123`, `11月 21 10:00:00`
bool ReadSyslogStamp(std::string_view text, CivilStamp& stamp) {
  if (!TakeMonthName(text, stamp.month)) {
    if (!TakeNumber(text, 2, stamp.month) || !Eat(text, "月")) return false;
  }
  SkipSpaces(text);
  if (!TakeNumber(text, 2, stamp.day) || !Eat(text, ' ')) return false;
  int year = 0;
  if (StartsLike<"0000 ">(text) && TakeNumber(text, 4, year) && Eat(text, ' ')) stamp.year = year;
  return TakeTime(text, stamp) && text.empty();
}

/// `2005/05/18 03:09:41`; in the report log perhaps with a comma or tab between
bool ReadPMailServerStamp(std::string_view text, CivilStamp& stamp) {
  return TakeDate(text, '/', stamp) && EatLike<"_">(text) && TakeTime(text, stamp) && text.empty();
}

/// `30/Nov/2017:08:20:44`
bool ReadEPostStamp(std::string_view text, CivilStamp& stamp) {
  int year = 0;
  if (!TakeNumber(text, 2, stamp.day) || !Eat(text, '/') || !TakeMonthName(text, stamp.month) ||
      !Eat(text, '/') || !TakeNumber(text, 4, year) || !EatLike<"_">(text)) {
    return false;
  }
  stamp.year = year;
  return TakeTime(text, stamp) && text.empty();
}

/// `1795222800.123456`
bool ReadUnixStamp(std::string_view text, CivilStamp& stamp) {
  if (!StartsLike<"0000000000.000000">(text)) return false;
  Micros since_1970 = 0;
  if (!TakeSeconds(text, since_1970)) return false;
  const std::chrono::sys_time<std::chrono::microseconds> moment{
      std::chrono::microseconds(since_1970)};
  const auto midnight = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss time(moment - midnight);
  stamp.year = static_cast<int>(date.year());
  stamp.month = static_cast<int>(static_cast<unsigned>(date.month()));
  stamp.day = static_cast<int>(static_cast<unsigned>(date.day()));
  stamp.hour = static_cast<int>(time.hours().count());
  stamp.minute = static_cast<int>(time.minutes().count());
  stamp.second = static_cast<int>(time.seconds().count());
  stamp.fraction = time.subseconds().count();
  stamp.zone_offset = 0;
  return text.empty();
}

constexpr int kAnyLeapYear = 2000;

bool IsPossible(const CivilStamp& stamp) {
  const std::chrono::year_month_day date(std::chrono::year(stamp.year.value_or(kAnyLeapYear)),
                                         std::chrono::month(static_cast<unsigned>(stamp.month)),
                                         std::chrono::day(static_cast<unsigned>(stamp.day)));
  return date.ok() && stamp.hour <= 23 && stamp.minute <= 59 && stamp.second <= 60;
}

}  // namespace

std::optional<CivilStamp> ParseStamp(std::string_view stamp) {
  for (const auto read :
       {ReadSyslogStamp, ReadIso, ReadPMailServerStamp, ReadEPostStamp, ReadUnixStamp}) {
    CivilStamp civil;
    if (read(stamp, civil)) return IsPossible(civil) ? std::optional(civil) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace maillog
