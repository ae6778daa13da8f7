#include "exporter/web/ready_page.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

// The names of files may hold anything, newlines too.
std::string Shown(std::string_view text) {
  std::string shown;
  AppendValidUtf8(shown, text);
  return shown;
}

std::string LineOf(const Sources::Unready& source) {
  const std::string why =
      source.why.ok()
          ? "is still being read up to where it ended at the start"
          : "cannot be read: " + Shown({source.why.message().data(), source.why.message().size()});
  return absl::StrCat("source ", Shown(source.source), " ", why, "\n");
}

}  // namespace

Readiness ReadinessOf(const std::vector<Sources::Unready>& unready, WithoutSources without) {
  if (unready.empty()) return {.ready = true, .text = "The exporter is ready.\n"};
  const bool ready = without == WithoutSources::kReady &&
                     std::none_of(unready.begin(), unready.end(),
                                  [](const Sources::Unready& source) { return source.why.ok(); });
  Readiness readiness{
      .ready = ready,
      .text = ready ? "The exporter is ready, except for these sources:\n" : "Not ready:\n"};
  for (const Sources::Unready& source : unready) readiness.text += LineOf(source);
  return readiness;
}

}  // namespace maillog
