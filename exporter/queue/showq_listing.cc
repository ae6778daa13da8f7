#include "exporter/queue/showq_listing.h"

namespace maillog {

absl::Status ShowqListing::Feed(std::string_view bytes) {
  if (bytes.empty()) return absl::OkStatus();
  // A heading, or `Mail queue is empty`; attributes are in lower case.
  if (!is_text_) is_text_ = bytes.front() == '-' || bytes.front() == 'M';
  return *is_text_ ? text_.Feed(bytes) : attributes_.Feed(bytes);
}

}  // namespace maillog
