#include "exporter/state/state_rows.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "exporter/state/row_checksum.h"

namespace maillog {
namespace {

constexpr std::string_view kBeyondAllBounds = "+Inf";
constexpr std::array<std::string_view, 3> kDelForms{"untold", "mailbox_messages", "deleted_bytes"};

template <class Integer>
bool ParseInteger(std::string_view text, Integer& value, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// Takes off the text what comes before the separator, or all of it.
std::string_view TakeField(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view field = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return field;
}

// Takes off the text up to the closing quote, and the quote.
std::optional<std::string> TakeLabelValue(std::string_view& text) {
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return value;
    }
    const bool escaped = text[i] == '\\' && i + 1 < text.size();
    if (escaped) ++i;
    value += escaped && text[i] == 'n' ? '\n' : text[i];
  }
  return std::nullopt;
}

}  // namespace

SeriesRow RowOf(const RowInfo& row, const LabelValues& labels, const SampleValue& value,
                std::int64_t began) {
  SeriesRow saved{
      .metric = std::string(row.name), .labels = LabelsText(row, labels), .began = began};
  if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
    saved.value = *counter;
  } else if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
    saved.value = histogram->count;
    saved.sum = histogram->sum;
    saved.buckets = BucketsText(row.bounds, histogram->buckets);
  }
  return saved;
}

std::uint64_t ChecksumOf(const SeriesRow& row) {
  RowChecksum checksum("series");
  checksum.Add(row.metric).Add(row.labels).Add(row.began).Add(row.value);
  if (row.sum) checksum.Add(*row.sum).Add(row.buckets);
  return checksum.value();
}

std::uint64_t ChecksumOf(std::string_view source, const Bookmark& bookmark) {
  RowChecksum checksum("bookmark");
  checksum.Add(source).Add(bookmark.number).Add(bookmark.path);
  checksum.Add(bookmark.id.device).Add(bookmark.id.inode).Add(bookmark.offset);
  const Head::Saved head = bookmark.head.Save();
  checksum.Add(std::uint64_t{head.length}).Add(head.hash);
  for (const std::uint64_t rung : head.rungs) checksum.Add(rung);
  checksum.Add(std::uint64_t{bookmark.window.length}).Add(bookmark.window.hash);
  checksum.Add(std::uint64_t{bookmark.given_up.bits()}).Add(bookmark.cursor);
  checksum.Add(bookmark.changed_ns);
  // Format 1 did not have it; its checksums stay valid.
  if (bookmark.id.born_ns != 0) checksum.Add(bookmark.id.born_ns);
  return checksum.Add(std::uint64_t{bookmark.finished ? 1U : 0U}).value();
}

std::uint64_t ChecksumOf(std::string_view source, std::uint64_t place, const KnownValue& value) {
  RowChecksum checksum("known_value");
  checksum.Add(source).Add(place);
  return checksum.Add(value.host).Add(value.label).Add(value.value).value();
}

std::uint64_t ChecksumOfSource(std::string_view name, std::string_view del_form) {
  return RowChecksum("source").Add(name).Add(del_form).value();
}

std::uint64_t ChecksumOfTime(std::int64_t saved_at) {
  return RowChecksum("saved").Add(saved_at).value();
}

std::string LabelsText(const RowInfo& row, const LabelValues& labels) {
  std::string text;
  std::size_t place = 0;
  const std::size_t own = static_cast<std::size_t>(std::count_if(
      labels.begin(),
      labels.begin() + static_cast<std::ptrdiff_t>(std::min(labels.size(), row.label_names.size())),
      [](const std::string& value) { return !value.empty(); }));
  ForEachLabel(row, labels, [&](std::string_view name, std::string_view value) {
    if (!text.empty()) text += ',';
    if (place++ >= own) text += kExtraMark;
    text.append(name).append("=\"");
    for (const char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      text += c == '\n' ? "\\n" : std::string_view(&c, 1);
    }
    text += '"';
  });
  return text;
}

std::optional<NamedLabels> ParseLabels(std::string_view text) {
  NamedLabels labels;
  while (!text.empty()) {
    const std::string_view name = TakeField(text, '=');
    if (name.empty() || !text.starts_with('"')) return std::nullopt;
    text.remove_prefix(1);
    std::optional<std::string> value = TakeLabelValue(text);
    if (!value || !(text.empty() || text.starts_with(','))) return std::nullopt;
    if (text == ",") return std::nullopt;
    text.remove_prefix(text.empty() ? 0 : 1);
    labels.emplace_back(name, *std::move(value));
  }
  return labels;
}

std::string BucketsText(std::span<const std::int64_t> bounds,
                        const std::vector<std::uint64_t>& buckets) {
  std::string text;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    if (i > 0) text += ',';
    text += i < bounds.size() ? std::to_string(bounds[i]) : std::string(kBeyondAllBounds);
    text += ':';
    text += std::to_string(buckets[i]);
  }
  return text;
}

std::optional<BoundedBuckets> ParseBuckets(std::string_view text) {
  BoundedBuckets parsed;
  if (text.ends_with(',')) return std::nullopt;
  while (!text.empty()) {
    std::string_view field = TakeField(text, ',');
    const std::string_view bound = TakeField(field, ':');
    if (!ParseInteger(field, parsed.buckets.emplace_back())) return std::nullopt;
    if (bound == kBeyondAllBounds && text.empty()) return parsed;
    if (!ParseInteger(bound, parsed.bounds.emplace_back())) return std::nullopt;
    const std::size_t count = parsed.bounds.size();
    if (count > 1 && parsed.bounds[count - 2] >= parsed.bounds[count - 1]) return std::nullopt;
  }
  return std::nullopt;
}

std::vector<std::uint64_t> Rebucket(const BoundedBuckets& from,
                                    std::span<const std::int64_t> bounds) {
  std::vector<std::uint64_t> buckets(bounds.size() + 1);
  for (std::size_t i = 0; i < from.buckets.size(); ++i) {
    const auto to = i < from.bounds.size()
                        ? std::lower_bound(bounds.begin(), bounds.end(), from.bounds[i])
                        : bounds.end();
    buckets[static_cast<std::size_t>(to - bounds.begin())] += from.buckets[i];
  }
  return buckets;
}

std::string_view DelFormText(DelForm form) { return kDelForms[static_cast<std::size_t>(form)]; }

std::optional<DelForm> ParseDelForm(std::string_view text) {
  const auto found = std::find(kDelForms.begin(), kDelForms.end(), text);
  if (found == kDelForms.end()) return std::nullopt;
  return static_cast<DelForm>(found - kDelForms.begin());
}

std::string RungsText(const Head::Saved& head) {
  std::string text;
  for (const std::uint64_t rung : head.rungs) {
    std::array<char, 16> digits;
    const auto end = std::to_chars(digits.begin(), digits.end(), rung, 16).ptr;
    if (!text.empty()) text += ' ';
    text.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
  }
  return text;
}

bool ParseRungs(std::string_view text, Head::Saved& head) {
  for (std::uint64_t& rung : head.rungs) {
    if (!ParseInteger(TakeField(text, ' '), rung, 16)) return false;
  }
  return text.empty();
}

}  // namespace maillog
