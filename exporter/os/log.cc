#include "exporter/os/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>

#include "parser/scan.h"

namespace maillog {
namespace {

LogFormat g_format = LogFormat::kLogfmt;

constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warn", "error"};

std::string_view NameOf(LogLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

spdlog::level::level_enum SpdlogLevel(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      break;
  }
  return spdlog::level::err;
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("maillog_exporter",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("ts=%Y-%m-%dT%H:%M:%S.%eZ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *logger;
}

// Other bytes than printable ASCII become \u00XX: paths can hold anything, and a terminal is easily
// upset.
void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e) {
      out += "\\u00";
      out += kHexDigits[byte >> 4U];
      out += kHexDigits[byte & 15U];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

bool IsBareWord(std::string_view text) {
  constexpr std::string_view kBare =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:*+@[],";
  return !text.empty() && text.find_first_not_of(kBare) == std::string_view::npos;
}

void AppendLogfmt(std::string& out, const LogField& field) {
  out += ' ';
  out += field.key;
  out += '=';
  if (IsBareWord(field.value)) {
    out += field.value;
  } else {
    AppendQuoted(out, field.value);
  }
}

void AppendJson(std::string& out, const LogField& field) {
  out += ',';
  AppendQuoted(out, field.key);
  out += ':';
  AppendQuoted(out, field.value);
}

void Write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(SpdlogLevel(level))) return;
  logger.log(SpdlogLevel(level), FormatLogMessage(g_format, level, message, fields));
}

}  // namespace

void SetUpLog(LogLevel level, LogFormat format) {
  g_format = format;
  Logger().set_level(SpdlogLevel(level));
  if (format == LogFormat::kJson) {
    Logger().set_pattern(R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})", spdlog::pattern_time_type::utc);
  }
}

std::string FormatLogMessage(LogFormat format, LogLevel level, std::string_view message,
                             std::initializer_list<LogField> fields) {
  std::string out;
  if (format == LogFormat::kJson) {
    out += R"("level":)";
    AppendQuoted(out, NameOf(level));
    out += R"(,"msg":)";
    AppendQuoted(out, message);
    for (const LogField& field : fields) AppendJson(out, field);
    return out;
  }
  out += "level=";
  out += NameOf(level);
  out += " msg=";
  AppendQuoted(out, message);
  for (const LogField& field : fields) AppendLogfmt(out, field);
  return out;
}

void LogInfo(std::string_view message, std::initializer_list<LogField> fields) {
  Write(LogLevel::kInfo, message, fields);
}
void LogWarn(std::string_view message, std::initializer_list<LogField> fields) {
  Write(LogLevel::kWarn, message, fields);
}
void LogError(std::string_view message, std::initializer_list<LogField> fields) {
  Write(LogLevel::kError, message, fields);
}

}  // namespace maillog
