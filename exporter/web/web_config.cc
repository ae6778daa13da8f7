#include "exporter/web/web_config.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "exporter/config/config_value.h"
#include "exporter/os/log.h"
#include "exporter/web/web_config_draft.h"
#include "exporter/web/web_config_tls.h"

namespace maillog {
namespace {

absl::Status TakeHttp2(const ConfigValue& value, WebDraft& draft) {
  return Put(value.Truth(), draft.config.wants_http2);
}

struct WebHeader {
  std::string_view name;
  std::vector<std::string> values;  ///< empty: any
};

absl::Status TakeHeaders(const ConfigValue& section, WebDraft& draft) {
  static const std::vector<WebHeader> known{{"Content-Security-Policy", {}},
                                            {"Strict-Transport-Security", {}},
                                            {"X-Content-Type-Options", {"nosniff"}},
                                            {"X-Frame-Options", {"deny", "sameorigin"}},
                                            {"X-XSS-Protection", {}}};
  return section.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& value) {
        const auto header = std::find_if(known.begin(), known.end(),
                                         [&](const WebHeader& one) { return one.name == name; });
        if (header == known.end()) {
          std::vector<std::string> names;
          names.reserve(known.size());
          for (const WebHeader& one : known) names.emplace_back(one.name);
          return UnknownKey(place, name, names);
        }
        const absl::StatusOr<std::string> text = value.Text();
        if (!text.ok()) return text.status();
        if (!header->values.empty()) {
          if (const auto choice = value.Choice(header->values); !choice.ok())
            return choice.status();
        }
        absl::StrAppend(&draft.config.headers, name, ": ", *text, "\r\n");
        return absl::OkStatus();
      });
}

constexpr std::array<WebKey, 2> kHttpKeys{{{"http2", &TakeHttp2}, {"headers", &TakeHeaders}}};

absl::Status TakeHttp(const ConfigValue& section, WebDraft& draft) {
  return TakeSection(section, kHttpKeys, draft);
}

absl::Status TakeUsers(const ConfigValue& section, WebDraft& draft) {
  return section.ForEachEntry(
      [&](const std::string& name, const ConfigValue& place, const ConfigValue& value) {
        if (name.find(':') != std::string::npos)
          return place.Fault("a user's name cannot have a colon");
        const absl::StatusOr<std::string> hash = value.Text();
        if (!hash.ok()) return place.Fault("a user has no password hash");
        if (const std::string why = WhyNoBcryptHash(*hash); !why.empty()) {
          return value.Fault("what follows the user's name " + why);
        }
        draft.config.users[name] = *hash;
        return absl::OkStatus();
      });
}

absl::Status TakeInterval(const ConfigValue& value, WebDraft& draft) {
  const absl::StatusOr<std::string> text = value.Text();
  if (!text.ok()) return text.status();
  absl::Duration duration;
  if (!absl::ParseDuration(*text, &duration) || duration < absl::ZeroDuration() ||
      duration > absl::Hours(24)) {
    return value.Fault("interval is not a length of time up to a day, such as 100ms or 1s");
  }
  draft.config.rate_limit.interval = absl::ToChronoNanoseconds(duration);
  return absl::OkStatus();
}

absl::Status TakeBurst(const ConfigValue& value, WebDraft& draft) {
  constexpr std::uint64_t kMaxBurst = 1'000'000;
  return Put(value.Number(kMaxBurst), draft.config.rate_limit.burst);
}

constexpr std::array<WebKey, 2> kRateKeys{{{"interval", &TakeInterval}, {"burst", &TakeBurst}}};

absl::Status TakeRateLimit(const ConfigValue& section, WebDraft& draft) {
  if (absl::Status taken = TakeSection(section, kRateKeys, draft); !taken.ok()) return taken;
  const RequestRate& limit = draft.config.rate_limit;
  if (limit.interval.count() > 0 && limit.burst == 0) {
    return section.Fault("rate_limit has an interval, but no burst of at least 1");
  }
  return absl::OkStatus();
}

constexpr std::array<WebKey, 4> kTopKeys{{{"tls_server_config", &TakeTls},
                                          {"http_server_config", &TakeHttp},
                                          {"basic_auth_users", &TakeUsers},
                                          {"rate_limit", &TakeRateLimit}}};

}  // namespace

absl::StatusOr<WebConfig> ReadWebConfig(const std::string& file, FileSystem& files,
                                        std::vector<WatchedFile>& read) {
  const absl::StatusOr<std::string> text = ReadWatched(file, files, read);
  if (!text.ok()) return text.status();
  const absl::StatusOr<YAML::Node> document = ParseYaml(*text, file);
  if (!document.ok()) return document.status();
  WebDraft draft{.file = file, .files = files, .read = read, .config = {}, .tls = {}};
  if (document->IsNull()) return draft.config;  // as in the official exporters
  const ConfigValue top(*document, "the file", file);
  if (absl::Status taken = TakeSection(top, kTopKeys, draft); !taken.ok()) return taken;
  return draft.config;
}

std::string WebConfigText(const WebConfig& config) {
  std::string text = config.tls == nullptr ? "serve without TLS" : "serve by TLS";
  if (config.users.empty()) {
    text += ", to everybody";
  } else {
    absl::StrAppend(&text, ", to ", config.users.size(),
                    config.users.size() == 1 ? " user" : " users", " with a password");
  }
  return text + "\n";
}

LiveWebConfig::LiveWebConfig(std::string path, FileSystem& files)
    : path_(std::move(path)), files_(files) {}

absl::Status LiveWebConfig::ReadAgain() {
  watched_.clear();
  absl::StatusOr<WebConfig> config = ReadWebConfig(path_, files_, watched_);
  in_force_ = config.ok();
  if (!config.ok()) return config.status();
  if (config->wants_http2 && config->tls != nullptr) {
    LogInfo("http2 is asked for, but there is only HTTP/1.1, which every HTTP/2 client speaks too");
  }
  current_ = std::make_shared<WebConfig>(*std::move(config));
  return absl::OkStatus();
}

absl::Status LiveWebConfig::Load() { return path_.empty() ? absl::OkStatus() : ReadAgain(); }

const std::shared_ptr<const WebConfig>& LiveWebConfig::Current() {
  const bool same = std::all_of(watched_.begin(), watched_.end(), [this](const WatchedFile& file) {
    return IsAsItWas(file, files_);
  });
  if (same) return current_;
  const absl::Status read = ReadAgain();
  if (read.ok()) {
    LogInfo("the web configuration was read again", {{"file", path_}});
  } else {
    LogError("the new web configuration has a fault; the old one stays in force",
             {{"error", std::string(read.message())}});
  }
  return current_;
}

}  // namespace maillog
