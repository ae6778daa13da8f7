#include "exporter/web/web_config_tls.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "exporter/config/config_value.h"
#include "exporter/web/watched_file.h"
#include "exporter/web/web_tls.h"

namespace maillog {
namespace {

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

}  // namespace

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

}  // namespace maillog
