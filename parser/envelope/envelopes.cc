#include "parser/envelope/envelopes.h"

namespace maillog {
ContainerLine ParseContainerLine(std::string_view, std::span<char>) { return {}; }
EnvelopeResult ParseEnvelope(std::string_view, Record&) { return EnvelopeResult::kMalformed; }
}  // namespace maillog
