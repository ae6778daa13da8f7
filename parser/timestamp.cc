#include "parser/timestamp.h"

#include <chrono>

#include "parser/month_names.h"

namespace maillog {
namespace {

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

/// `Nov`, `nov.`, `ноя`
bool TakeMonthName(std::string_view& text, int& month) {
  month = MonthNamed(TakeWhile(text, IsLetterByte));
  (void)Eat(text, '.');
  return month != 0;
}

/// `Nov`, `11月`, `11월`
bool TakeMonth(std::string_view& text, int& month) {
  if (text.empty() || !IsDigit(text.front())) return TakeMonthName(text, month);
  return TakeNumber(text, 2, month) && (Eat(text, "月") || Eat(text, "월"));
}

/// `2026`, and the blank after it, if there is a year.
void TakeYear(std::string_view& text, CivilStamp& stamp) {
  int year = 0;
  if (StartsLike<"0000 ">(text) && TakeNumber(text, 4, year) && Eat(text, ' ')) stamp.year = year;
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

/// What comes after the time: nothing, `Z`, `+09:00`, `+0900`, or a name. Only names that mean
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
  if (!text.empty() && !TakeTwoDigits(text, minutes)) return false;
  if (!text.empty() || hours > 23 || minutes > 59) return false;
  stamp.zone_offset = sign * (hours * 3600 + minutes * 60);
  return true;
}

/// After the time a year, a zone, or both.
bool TakeYearAndZone(std::string_view text, CivilStamp& stamp) {
  int year = 0;
  std::string_view zone = text;
  while (!text.empty() && !StartsLike<" 0000">(text)) text.remove_prefix(1);
  zone = TakenFrom(zone, text);
  if (EatLike<" ">(text) && TakeNumber(text, 4, year)) stamp.year = year;
  // A numeric zone may come after a blank.
  std::string_view number = zone;
  if (Eat(number, ' ') && (number.starts_with('+') || number.starts_with('-'))) zone = number;
  return text.empty() && TakeZone(zone, stamp);
}

/// `2026-11-21T10:00:00.123456+09:00`, `Sat 2026-11-21 10:00:00 JST`, svlogd's
/// `2026-11-21_10:00:00.12345`, which is UTC
bool ReadIso(std::string_view text, CivilStamp& stamp) {
  std::string_view date = text;
  if (!TakeWhile(date, IsLetterByte).empty()) {
    (void)Eat(date, '.');
    (void)Eat(date, ',');
    if (Eat(date, ' ')) text = date;
  }
  if (!TakeDate(text, '-', stamp)) return false;
  if (Eat(text, '_'))
    stamp.zone_offset = 0;
  else if (!Eat(text, 'T') && !Eat(text, 't') && !Eat(text, ' '))
    return false;
  return TakeTime(text, stamp) && TakeYearAndZone(text, stamp);
}

/// `Nov  1`, `Nov 1 2026`, `2026 Nov 1`, `Nov 1, 2026`, and the blank after it
bool TakeMonthAndDay(std::string_view& text, CivilStamp& stamp) {
  TakeYear(text, stamp);
  if (!TakeMonth(text, stamp.month) || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  if (!TakeNumber(text, 2, stamp.day)) return false;
  (void)Eat(text, ',');
  if (!Eat(text, ' ')) return false;
  TakeYear(text, stamp);
  return true;
}

/// `21 Nov`, `21. Nov 2026`, `21-Nov-2026`, and the blank after it
bool TakeDayAndMonth(std::string_view& text, CivilStamp& stamp) {
  if (!TakeNumber(text, 2, stamp.day)) return false;
  (void)Eat(text, '.');
  if (!Eat(text, ' ') && !Eat(text, '-')) return false;
  if (!TakeMonthName(text, stamp.month) || (!Eat(text, ' ') && !Eat(text, '-'))) return false;
  TakeYear(text, stamp);
  return true;
}

/// `Nov 21 10:00:00`, `Sat, 21 Nov 2026 10:00:00 +0900` and what is between
bool ReadSyslogStamp(std::string_view text, CivilStamp& stamp) {
  std::string_view weekday = text;
  (void)TakeWhile(weekday, IsLetterByte);
  (void)Eat(weekday, '.');
  (void)Eat(weekday, ',');
  for (const std::string_view begin : {text, Eat(weekday, ' ') ? weekday : std::string_view{}}) {
    for (const auto take : {TakeMonthAndDay, TakeDayAndMonth}) {
      CivilStamp read;
      std::string_view rest = begin;
      if (!take(rest, read) || !TakeTime(rest, read) || !TakeYearAndZone(rest, read)) continue;
      stamp = read;
      return true;
    }
  }
  return false;
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

void SetMoment(Micros since_1970, CivilStamp& stamp) {
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
}

/// `1795222800.123456`, `1795222800`; the journal's microseconds, others' milliseconds
bool ReadUnixStamp(std::string_view text, CivilStamp& stamp) {
  Micros since_1970 = 0;
  if (text.size() == 16 || text.size() == 13) {
    const std::optional<std::uint64_t> number = ParseUint(text);
    if (number) {
      SetMoment(static_cast<Micros>(*number) * (text.size() == 16 ? 1 : 1000), stamp);
      return true;
    }
  }
  if (!StartsLike<"0000000000">(text) || (text.size() > 10 && text[10] != '.') ||
      !TakeSeconds(text, since_1970) || !text.empty())
    return false;
  SetMoment(since_1970, stamp);
  return true;
}

/// `@400000005f0e1b2c0a1b2c3d`: seconds from 2^62 on, ten more than UTC's, and nanoseconds.
/// https://cr.yp.to/libtai/tai64.html
bool ReadTai64n(std::string_view text, CivilStamp& stamp) {
  if (!Eat(text, "@400000")) return false;
  std::uint64_t number = 0;
  int digits = 0;
  constexpr int kOfSeconds = 10;  // 40 bits last for some 30,000 years
  Micros seconds = 0;
  for (const char c : text) {
    if (!IsDigit(c) && (c < 'a' || c > 'f')) return false;
    number = number * 16 + static_cast<std::uint64_t>(IsDigit(c) ? c - '0' : c - 'a' + 10);
    if (++digits != kOfSeconds) continue;
    if (number < 10) return false;
    seconds = static_cast<Micros>(number) - 10;
    number = 0;
  }
  if (digits != kOfSeconds && digits != kOfSeconds + 8) return false;
  if (digits == kOfSeconds) number = 0;
  constexpr Micros kMaxSeconds = 1'000'000'000'000;
  if (seconds > kMaxSeconds || number >= 1'000'000'000) return false;
  SetMoment(seconds * 1'000'000 + static_cast<Micros>(number / 1000), stamp);
  return true;
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
  for (const auto read : {ReadSyslogStamp, ReadIso, ReadPMailServerStamp, ReadEPostStamp,
                          ReadUnixStamp, ReadTai64n}) {
    CivilStamp civil;
    if (read(stamp, civil)) return IsPossible(civil) ? std::optional(civil) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace maillog
