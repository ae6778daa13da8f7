#include "exporter/web/web_config.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "exporter/config/config_value.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

/// What has been read so far, and where from.
struct WebDraft {
  const std::string& file;
  FileSystem& files;
  std::vector<WatchedFile>& read;
  WebConfig config;
  TlsSettings tls;
};

std::optional<FileStat> Look(const std::string& path, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  return stat.ok() ? std::optional(*stat) : std::nullopt;
}

// Looked at before it is read: what changes meanwhile is seen at the next look.
absl::StatusOr<std::string> ReadWatched(const std::string& path, FileSystem& files,
                                        std::vector<WatchedFile>& read) {
  read.push_back({path, Look(path, files)});
  return ReadConfigText(path, files);
}

/// A key of a section, and what its value does.
struct WebKey {
  std::string_view name;
  absl::Status (*take)(const ConfigValue& value, WebDraft& draft);
};

template <std::size_t kCount>
absl::Status TakeSection(const ConfigValue& section, const std::array<WebKey, kCount>& keys,
                         WebDraft& draft) {
  return section.ForEachEntry([&](const std::string& name, const ConfigValue& place,
                                  const ConfigValue& value) {
    const auto* const key =
        std::find_if(keys.begin(), keys.end(), [&](const WebKey& one) { return one.name == name; });
    if (key != keys.end()) return key->take(value, draft);
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const WebKey& one : keys) names.emplace_back(one.name);
    return UnknownKey(place, name, names);
  });
}

template <class Value>
absl::Status Put(absl::StatusOr<Value> value, Value& into) {
  if (!value.ok()) return value.status();
  into = *std::move(value);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> Texts(const ConfigValue& value) {
  const absl::StatusOr<std::vector<ConfigValue>> list = value.List();
  if (!list.ok()) return list.status();
  std::vector<std::string> texts;
  for (const ConfigValue& member : *list) {
    absl::StatusOr<std::string> text = member.Text();
    if (!text.ok()) return text.status();
    texts.push_back(*std::move(text));
  }
  return texts;
}

// ---- TLS

// As in the official exporters, a named file goes before a text in the configuration itself.
template <std::string TlsSettings::*kInto>
absl::Status TakePem(const ConfigValue& value, WebDraft& draft) {
  if (!(draft.tls.*kInto).empty()) return absl::OkStatus();
  return Put(value.Lines(), draft.tls.*kInto);
}

template <std::string TlsSettings::*kInto>
absl::Status TakePemFile(const ConfigValue& value, WebDraft& draft) {
  const absl::StatusOr<std::string> name = value.Text();
  if (!name.ok()) return name.status();
  const std::string path =
      name->starts_with('/') ? *name : JoinPath(DirectoryOf(draft.file), *name);
  absl::StatusOr<std::string> text = ReadWatched(path, draft.files, draft.read);
  if (!text.ok()) return value.Fault(std::string(text.status().message()));
  if (text->empty()) return value.Fault(path + " is empty");
  draft.tls.*kInto = *std::move(text);
  return absl::OkStatus();
}

absl::Status TakeClientAuth(const ConfigValue& value, WebDraft& draft) {
  // The last one is its former name.
  const absl::StatusOr<std::size_t> choice =
      value.Choice({"NoClientCert", "RequestClientCert", "RequireAnyClientCert",
                    "VerifyClientCertIfGiven", "RequireAndVerifyClientCert", "RequireClientCert"});
  if (!choice.ok()) return choice.status();
  draft.tls.client_auth = *choice == 5 ? ClientAuth::kRequireAny : static_cast<ClientAuth>(*choice);
  return absl::OkStatus();
}

absl::Status TakeSans(const ConfigValue& value, WebDraft& draft) {
  return Put(Texts(value), draft.tls.allowed_sans);
}

template <int TlsSettings::*kInto>
absl::Status TakeVersion(const ConfigValue& value, WebDraft& draft) {
  const absl::StatusOr<std::size_t> choice = value.Choice({"TLS10", "TLS11", "TLS12", "TLS13"});
  if (choice.ok()) draft.tls.*kInto = TLS1_VERSION + static_cast<int>(*choice);
  return choice.status();
}

absl::Status TakeCipherSuites(const ConfigValue& value, WebDraft& draft) {
  const absl::StatusOr<std::vector<std::string>> names = Texts(value);
  if (!names.ok()) return names.status();
  std::vector<std::string> older;
  std::vector<std::string> newer;
  for (const std::string& name : *names) {
    const std::string known = CipherName(name);
    if (known.empty()) return value.Fault("there is no cipher suite " + name);
    (known.starts_with("TLS_") ? newer : older).push_back(known);
  }
  draft.tls.ciphers = absl::StrJoin(older, ":");
  draft.tls.cipher_suites = absl::StrJoin(newer, ":");
  return absl::OkStatus();
}

absl::Status TakePreference(const ConfigValue& value, WebDraft& draft) {
  return Put(value.Truth(), draft.tls.prefer_own_ciphers);
}

absl::Status TakeCurves(const ConfigValue& value, WebDraft& draft) {
  constexpr std::array<std::string_view, 4> kGroups{"P-256", "P-384", "P-521", "X25519"};
  const absl::StatusOr<std::vector<ConfigValue>> list = value.List();
  if (!list.ok()) return list.status();
  for (const ConfigValue& member : *list) {
    const absl::StatusOr<std::size_t> choice =
        member.Choice({"CurveP256", "CurveP384", "CurveP521", "X25519"});
    if (!choice.ok()) return choice.status();
    draft.tls.groups.append(draft.tls.groups.empty() ? "" : ":").append(kGroups[*choice]);
  }
  return absl::OkStatus();
}

constexpr std::array<WebKey, 13> kTlsKeys{
    {{"cert", &TakePem<&TlsSettings::certificate>},
     {"cert_file", &TakePemFile<&TlsSettings::certificate>},
     {"key", &TakePem<&TlsSettings::key>},
     {"key_file", &TakePemFile<&TlsSettings::key>},
     {"client_ca", &TakePem<&TlsSettings::client_ca>},
     {"client_ca_file", &TakePemFile<&TlsSettings::client_ca>},
     {"client_auth_type", &TakeClientAuth},
     {"client_allowed_sans", &TakeSans},
     {"min_version", &TakeVersion<&TlsSettings::min_version>},
     {"max_version", &TakeVersion<&TlsSettings::max_version>},
     {"cipher_suites", &TakeCipherSuites},
     {"prefer_server_cipher_suites", &TakePreference},
     {"curve_preferences", &TakeCurves}}};

std::string WhyNotTogether(const TlsSettings& tls) {
  if (tls.certificate.empty()) return "has neither cert nor cert_file";
  if (tls.key.empty()) return "has neither key nor key_file";
  if (tls.min_version > tls.max_version) return "has a min_version above its max_version";
  if (!tls.client_ca.empty() && tls.client_auth == ClientAuth::kNone) {
    return "has a client CA, but a client_auth_type that asks for no certificate";
  }
  const bool requires_one = tls.client_auth == ClientAuth::kRequireAny ||
                            tls.client_auth == ClientAuth::kRequireAndVerify;
  if (!tls.allowed_sans.empty() && !requires_one) {
    return "has client_allowed_sans, but a client_auth_type that requires no certificate";
  }
  return {};
}

absl::Status TakeTls(const ConfigValue& section, WebDraft& draft) {
  std::size_t keys = 0;
  absl::Status counted =
      section.ForEachEntry([&keys](const std::string&, const ConfigValue&, const ConfigValue&) {
        ++keys;
        return absl::OkStatus();
      });
  if (!counted.ok()) return counted;
  if (keys == 0) return absl::OkStatus();
  if (absl::Status taken = TakeSection(section, kTlsKeys, draft); !taken.ok()) return taken;
  if (const std::string why = WhyNotTogether(draft.tls); !why.empty()) {
    return section.Fault(section.what() + " " + why);
  }
  const auto made = TlsContext::Make(draft.tls);
  if (!made.ok()) return section.Fault(std::string(made.status().message()));
  draft.config.tls = *made;
  return absl::OkStatus();
}

// ---- the rest

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

bool LooksAlike(const std::optional<FileStat>& a, const std::optional<FileStat>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->id == b->id && a->size == b->size && a->modified_ns == b->modified_ns;
}

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
    return LooksAlike(Look(file.path, files_), file.stat);
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
