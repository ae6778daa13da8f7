// Labels that a configuration adds to a source's series.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace maillog {

/// The most that one source may have.
inline constexpr std::size_t kMaxLabels = 8;
inline constexpr std::size_t kMaxLabelBytes = 200;

/// Why a label may not have this name, in one sentence; empty if it may. It must be a legal name
/// for Prometheus, and neither a label of any row nor one that Prometheus or Kubernetes sets on the
/// target.
[[nodiscard]] std::string LabelNameFault(std::string_view name);

/// Whether series have a label of this name by themselves.
[[nodiscard]] bool IsOwnLabel(std::string_view name);

/// Whether Prometheus takes it for the name of a label that is not its own.
[[nodiscard]] bool IsLegalLabel(std::string_view name);

}  // namespace maillog
