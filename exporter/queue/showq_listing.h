// The answer of showq(8) of any version: the first byte says which of the two forms it has.
#pragma once

#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "exporter/queue/attribute_listing.h"
#include "exporter/queue/listing.h"
#include "exporter/queue/text_listing.h"

namespace maillog {

class ShowqListing {
 public:
  /// `sink` must outlive this. `zone` and `now`: see TextListing.
  ShowqListing(ListingSink& sink, absl::TimeZone zone, absl::Time now)
      : attributes_(sink), text_(sink, zone, now) {}

  /// Takes the next bytes of an answer, cut anywhere. Fails with the end of a sentence about the
  /// answer; after that it must not be called again.
  [[nodiscard]] absl::Status Feed(std::string_view bytes);
  /// Whether the answer is complete; what follows is not looked at.
  [[nodiscard]] bool ended() const { return attributes_.ended() || text_.ended(); }

 private:
  std::optional<bool> is_text_;
  AttributeListing attributes_;
  TextListing text_;
};

}  // namespace maillog
