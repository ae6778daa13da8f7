// The numbers of a record's stamp. Stamps serve one gauge only (when the last record was written);
// they never decide anything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// A moment as written: local time unless there is a zone. Fields are in range and the day exists
/// in its month (29 February passes where no year says otherwise); a second may be 60.
struct CivilStamp {
  std::optional<int> year;  ///< syslog's traditional stamp has none
  int month = 1;            ///< 1 to 12
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  Micros fraction = 0;             ///< of the second
  std::optional<int> zone_offset;  ///< seconds east of Greenwich; absent: local time
  friend bool operator==(const CivilStamp&, const CivilStamp&) = default;
};

/// Reads all of a stamp as the envelopes cut it (Record::stamp): `Nov 21 10:00:00` and its
/// variants (envelope/stamp.h), ISO 8601, journalctl's `Sat 2026-11-21 10:00:00 JST`, seconds,
/// milli- and microseconds since 1970, TAI64N, PMailServer's `2005/05/18 03:09:41`, E-Post's
/// `30/Nov/2017:08:20:44`. Nothing for masked stamps, for numbers out of range, for months of other
/// languages than those of month_names.h, and for a time without a date.
[[nodiscard]] std::optional<CivilStamp> ParseStamp(std::string_view stamp);

}  // namespace maillog
