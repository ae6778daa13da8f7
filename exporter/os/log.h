// The program's own log, on standard error: one line per message, as logfmt or JSON. It never holds
// lines of the logs that are followed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace maillog {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError };
enum class LogFormat : std::uint8_t { kLogfmt, kJson };

struct LogField {
  std::string_view key;  ///< snake case
  std::string value;     ///< any bytes; escaped when written
};

/// Until it is called, messages from `info` on are written as logfmt. Not thread-safe; the rest is.
void SetUpLog(LogLevel level, LogFormat format);

void LogInfo(std::string_view message, std::initializer_list<LogField> fields = {});
void LogWarn(std::string_view message, std::initializer_list<LogField> fields = {});
void LogError(std::string_view message, std::initializer_list<LogField> fields = {});

/// One message as it is written, without timestamp and newline. For tests.
[[nodiscard]] std::string FormatLogMessage(LogFormat format, LogLevel level,
                                           std::string_view message,
                                           std::initializer_list<LogField> fields);

}  // namespace maillog
