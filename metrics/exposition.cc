#include "metrics/exposition.h"

#include <prometheus/text_serializer.h>

namespace maillog {
namespace {

class TextExposition : public Exposition {
 public:
  [[nodiscard]] std::string_view content_type() const override {
    return "text/plain; version=0.0.4; charset=utf-8";
  }
  [[nodiscard]] std::string Serialize(
      const std::vector<prometheus::MetricFamily>& families) const override {
    return prometheus::TextSerializer().Serialize(families);
  }
};

}  // namespace

std::unique_ptr<Exposition> MakeTextExposition() { return std::make_unique<TextExposition>(); }

}  // namespace maillog
