#include "exporter/history/history.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "exporter/history/day_files.h"
#include "metrics/family_text.h"

namespace maillog {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kWrittenAtOnce = 1024 * 1024;

std::int64_t DayOf(std::int64_t moment) { return moment / kDay; }

// LEB128: seven bits a byte, the lowest first.
void AppendVarint(std::string& bytes, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
  bytes += static_cast<char>(number);
}

std::uint64_t TakeVarint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) break;
  }
  return number;
}

std::size_t NumbersOf(const RowInfo& row) {
  return row.type == RowType::kHistogram ? row.bounds.size() + 2 : 1;
}

SampleValue ValueOf(const RowInfo& row, const std::vector<std::uint64_t>& numbers) {
  if (row.type == RowType::kCounter) return numbers.front();
  if (row.type == RowType::kGauge) return std::bit_cast<double>(numbers.front());
  HistogramValue value{.sum = static_cast<std::int64_t>(numbers.front())};
  value.buckets.assign(numbers.begin() + 1, numbers.end());
  for (const std::uint64_t bucket : value.buckets) value.count += bucket;
  return value;
}

}  // namespace

struct History::Series {
  std::size_t place = 0;    // of the first number in `totals_`
  std::size_t numbers = 0;  // how many
  std::int64_t last = 0;    // when it had its last sample
  std::int64_t active_until = 0;
  // Of this day: for each sample the seconds since the one before (the first: since 1970), and how
  // much more each number is than in the one before (the first: than 0).
  std::string samples;
  std::vector<std::uint64_t> last_numbers;
};

struct History::Family {
  RowInfo row;
  std::map<LabelValues, Series> series;
};

struct History::Reference {
  std::size_t place = 0;
  std::size_t numbers = 0;
};

History::History(Options options, std::vector<const Shard*> shards)
    : options_(std::move(options)), shards_(std::move(shards)) {}

History::~History() = default;

// At least every kRefresh seconds, at moments that do not depend on where the log begins.
bool History::IsRefresh(std::int64_t moment) const {
  const std::int64_t every = kRefresh / options_.step * options_.step;
  return moment % every == 0 || DayOf(moment) != DayOf(last_);
}

History::Series& History::SeriesOf(const RowInfo& row, LabelValues labels) {
  for (const ExtraLabel& label : options_.labels)
    labels.insert(labels.end(), {label.name, label.value});
  Family& family = families_.try_emplace(row.name, Family{.row = row, .series = {}}).first->second;
  return family.series[std::move(labels)];
}

// Only when a shard has a new series.
void History::FindSeries() {
  references_.clear();
  for (const Shard* shard : shards_) {
    shard->ForEachSeries([this](const RowInfo& row, LabelValues labels) {
      Series& series = SeriesOf(row, std::move(labels));
      if (series.numbers == 0) {
        series.numbers = NumbersOf(row);
        series.place = totals_.size();
        totals_.resize(totals_.size() + series.numbers);
        counted_.push_back(&series);
      }
      references_.push_back({series.place, series.numbers});
    });
  }
}

// The same series may come from both counters of a shard, and from several shards.
void History::AddUp() {
  std::vector<std::size_t> known;
  for (const Shard* shard : shards_) known.push_back(shard->series());
  if (known != known_) {
    known_ = std::move(known);
    FindSeries();
  }
  numbers_.clear();
  for (const Shard* shard : shards_) shard->AppendNumbers(numbers_);
  now_.assign(totals_.size(), 0);
  const std::uint64_t* number = numbers_.data();
  for (const Reference& reference : references_) {
    for (std::size_t i = 0; i < reference.numbers; ++i) now_[reference.place + i] += *number++;
  }
}

absl::Status History::Take(std::int64_t moment) {
  AddUp();
  // The step before may be of the day before.
  const std::int64_t before = (moment - 1) / options_.step * options_.step;
  if (absl::Status gone = GoTo(before); !gone.ok()) return gone;
  for (Series* series : counted_) {
    const std::uint64_t* const was = &totals_[series->place];
    const bool is_same = std::equal(was, was + series->numbers, &now_[series->place]);
    if (is_same && series->last != 0) continue;
    AppendBefore(*series, before);
    series->active_until = moment + kRefresh;
    active_until_ = series->active_until;
  }
  if (absl::Status gone = GoTo(moment); !gone.ok()) return gone;
  std::swap(totals_, now_);
  const bool is_refresh = IsRefresh(moment);
  last_ = moment;
  if (!is_refresh) {
    AppendActive(moment);
    return absl::OkStatus();
  }
  AppendAll(moment);
  return TakeGauges(moment);
}

absl::Status History::PassTo(std::int64_t until) {
  if (last_ == 0) return absl::OkStatus();
  const std::int64_t end = std::min(until, last_ + kMaxSilence);
  for (std::int64_t moment = last_ + options_.step; moment < end; moment += options_.step) {
    if (!IsRefresh(moment)) {
      if (moment <= active_until_) AppendActive(moment);
      continue;
    }
    if (absl::Status gone = GoTo(moment); !gone.ok()) return gone;
    AppendAll(moment);
    last_ = moment;
    if (absl::Status taken = TakeGauges(moment); !taken.ok()) return taken;
  }
  return absl::OkStatus();
}

void History::AppendAll(std::int64_t moment) {
  for (Series* series : counted_) Append(*series, moment, &totals_[series->place]);
}

void History::AppendActive(std::int64_t moment) {
  for (Series* series : counted_) {
    if (series->active_until >= moment) Append(*series, moment, &totals_[series->place]);
  }
}

// What was left out while it stood still: up to the last step before it moved, within the day that
// is being collected.
void History::AppendBefore(Series& series, std::int64_t before) {
  const std::int64_t step = options_.step;
  std::int64_t moment = std::max(before - (kRefresh / step - 1) * step, day_ * kDay);
  if (series.last >= moment) moment += (series.last - moment) / step * step + step;
  for (; moment <= before; moment += step) Append(series, moment, &totals_[series.place]);
}

absl::Status History::TakeGauges(std::int64_t moment) {
  Samples gauges;
  for (const Shard* shard : shards_) shard->AddGaugesOfLog(absl::FromUnixSeconds(moment), gauges);
  for (const auto& [name, family] : gauges.families()) {
    for (const auto& [labels, value] : family.series) {
      Series& series = SeriesOf(family.row, labels);
      series.numbers = 1;
      const auto number = std::bit_cast<std::uint64_t>(std::get<double>(value));
      Append(series, moment, &number);
    }
  }
  return absl::OkStatus();
}

absl::Status History::GoTo(std::int64_t moment) {
  if (DayOf(moment) == day_) return absl::OkStatus();
  absl::Status written = WriteDay();
  day_ = DayOf(moment);
  return written;
}

void History::Append(Series& series, std::int64_t moment, const std::uint64_t* numbers) {
  if (series.samples.empty()) {
    series.last_numbers.assign(series.numbers, 0);
    AppendVarint(series.samples, static_cast<std::uint64_t>(moment));
  } else {
    AppendVarint(series.samples, static_cast<std::uint64_t>(moment - series.last));
  }
  for (std::size_t i = 0; i < series.numbers; ++i) {
    AppendVarint(series.samples, numbers[i] - series.last_numbers[i]);
    series.last_numbers[i] = numbers[i];
  }
  series.last = moment;
  ++samples_;
}

absl::Status History::WriteDay() {
  std::unique_ptr<DayFile> file;
  std::string text;
  for (auto& [name, family] : families_) {
    FamilyText writer(ExpositionFormat::kOpenMetrics, family.row, text);
    bool has_head = false;
    for (auto& [labels, series] : family.series) {
      const std::string samples = std::exchange(series.samples, {});
      if (samples.empty()) continue;
      if (!std::exchange(has_head, true)) writer.WriteHead();
      std::vector<std::uint64_t> numbers(series.numbers);
      std::int64_t moment = 0;
      for (std::string_view rest = samples; !rest.empty();) {
        moment += static_cast<std::int64_t>(TakeVarint(rest));
        for (std::uint64_t& number : numbers) number += TakeVarint(rest);
        writer.SetMoment(moment);
        writer.Write(labels, ValueOf(family.row, numbers));
      }
      if (file == nullptr) {
        absl::StatusOr<std::unique_ptr<DayFile>> created =
            DayFile::Create(options_.directory, day_);
        if (!created.ok()) return created.status();
        file = *std::move(created);
      }
      if (text.size() < kWrittenAtOnce) continue;
      if (absl::Status written = file->Write(text); !written.ok()) return written;
      text.clear();
    }
  }
  if (file == nullptr) return absl::OkStatus();
  text += EndOf(ExpositionFormat::kOpenMetrics);
  if (absl::Status written = file->Write(text); !written.ok()) return written;
  ++files_;
  return file->Finish();
}

absl::Status History::Finish() { return WriteDay(); }

}  // namespace maillog
