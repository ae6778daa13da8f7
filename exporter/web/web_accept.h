// What a scraper says that it takes (RFC 9110, 12.5): Accept and Accept-Encoding.
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
  /// The item of Accept had a parameter `escaping`: it is told which one the answer has.
  bool says_escaping = false;
  friend bool operator==(const WantedForm&, const WantedForm&) = default;
};

/// The form that is wanted most of those that there are; of equals the first that is named. The
/// text format where none of them is wanted, as Prometheus's own exporters do.
[[nodiscard]] WantedForm ParseAccept(std::string_view accept, std::string_view accept_encoding);

/// With the escaping, if it is to be told.
[[nodiscard]] std::string_view ContentTypeOf(const WantedForm& form);

}  // namespace maillog
