// What a scraper says that it accepts (RFC 9110, 12.5): Accept and Accept-Encoding.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "metrics/exposition.h"

namespace maillog {

enum class BodyCoding : bool { kIdentity, kGzip };

struct WantedForm {
  ExpositionFormat format = ExpositionFormat::kText;
  BodyCoding coding = BodyCoding::kIdentity;
  /// The item in Accept had a parameter `escaping`: the answer has to say which one it uses.
  bool says_escaping = false;
  friend bool operator==(const WantedForm&, const WantedForm&) = default;
};

/// The available form that is wanted most; of equal ones, the first that is named. The text format
/// if none of them is wanted, as Prometheus's own exporters do.
[[nodiscard]] WantedForm ParseAccept(std::string_view accept, std::string_view accept_encoding);

/// With the escaping, if the answer has to name it.
[[nodiscard]] std::string_view ContentTypeOf(const WantedForm& form);

}  // namespace maillog
