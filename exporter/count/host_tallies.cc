#include "exporter/count/host_tallies.h"

#include <utility>

#include "metrics/catalog/exporter.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

void AddOf(const Tallies& tallies, std::string_view host, Samples& samples) {
  Samples of_host;
  tallies.AddTo(of_host);
  samples.Merge(of_host, {{std::string(kLogHostLabel), std::string(host)}});
}

}  // namespace

HostTallies::HostTallies(std::size_t limit) : limit_(limit) {}

void HostTallies::CountOf(std::string_view host, const Event& event, std::uint32_t times) {
  Tallies& tallies = TalliesOf(host);
  tallies.set_del_form(all_.del_form());
  tallies.Count(event, times);
  all_.set_del_form(tallies.del_form());
}

Tallies& HostTallies::TalliesOf(std::string_view host) {
  if (host.empty()) return all_;
  if (last_ != nullptr && last_->name == host) return last_->tallies;
  const auto found = places_.find(host);
  if (found != places_.end()) {
    last_ = found->second;
    return last_->tallies;
  }
  if (hosts_.size() >= limit_ || !IsHostName(host)) {
    ++overflows_;
    if (other_ == nullptr) other_ = std::make_unique<Tallies>();
    return *other_;
  }
  last_ = hosts_.emplace_back(std::make_unique<Host>()).get();
  last_->name = places_.emplace(host, last_).first->first;
  return last_->tallies;
}

void HostTallies::AddTo(Samples& samples) const {
  all_.AddTo(samples);
  for (const std::unique_ptr<Host>& host : hosts_) AddOf(host->tallies, host->name, samples);
  if (other_ != nullptr) AddOf(*other_, kOtherValue, samples);
  if (overflows_ > 0) {
    samples.AddCounter(kLabelOverflows, {std::string(kLogHostLabel)}, overflows_);
  }
}

// `visit(tallies, host)`; the host of those without one is nullptr.
template <class Visit>
void HostTallies::ForEachTallies(Visit&& visit) const {
  visit(all_, nullptr);
  for (const std::unique_ptr<Host>& host : hosts_) visit(host->tallies, &host->name);
  if (other_ != nullptr) visit(*other_, &kOtherValue);
}

void HostTallies::AppendNumbers(std::vector<std::uint64_t>& numbers) const {
  ForEachTallies(
      [&](const Tallies& tallies, const std::string_view*) { tallies.AppendNumbers(numbers); });
  if (overflows_ > 0) numbers.push_back(overflows_);
}

void HostTallies::ForEachSeries(const Tallies::VisitSeries& visit) const {
  ForEachTallies([&](const Tallies& tallies, const std::string_view* host) {
    tallies.ForEachSeries([&](const RowInfo& row, LabelValues labels) {
      if (host != nullptr)
        labels.insert(labels.end(), {std::string(kLogHostLabel), std::string(*host)});
      visit(row, std::move(labels));
    });
  });
  if (overflows_ > 0) visit(kLabelOverflows, LabelValues{std::string(kLogHostLabel)});
}

std::size_t HostTallies::series() const {
  std::size_t series = overflows_ > 0 ? 1 : 0;
  ForEachTallies(
      [&](const Tallies& tallies, const std::string_view*) { series += tallies.series(); });
  return series;
}

std::vector<KnownValue> HostTallies::KnownValues() const {
  std::vector<KnownValue> values;
  const auto add = [&](const Tallies& tallies, std::string_view host) {
    tallies.ForEachKnownValue([&](std::string_view label, std::string_view value) {
      values.push_back({std::string(host), std::string(label), std::string(value)});
    });
  };
  for (const std::unique_ptr<Host>& host : hosts_) {
    values.push_back({"", std::string(kLogHostLabel), std::string(host->name)});
  }
  add(all_, "");
  for (const std::unique_ptr<Host>& host : hosts_) add(host->tallies, host->name);
  if (other_ != nullptr) add(*other_, kOtherValue);
  return values;
}

std::size_t HostTallies::known_values() const {
  std::size_t known = all_.known_values() + hosts_.size();
  for (const std::unique_ptr<Host>& host : hosts_) known += host->tallies.known_values();
  return known + (other_ == nullptr ? 0 : other_->known_values());
}

void HostTallies::Know(const std::vector<KnownValue>& values) {
  const std::uint64_t overflows = overflows_;
  for (const KnownValue& known : values) {
    if (known.label == kLogHostLabel) {
      if (limit_ > 0) (void)TalliesOf(known.value);
    } else if (limit_ > 0 || known.host.empty()) {
      TalliesOf(known.host).Know(known.label, known.value);
    }
  }
  overflows_ = overflows;
}

}  // namespace maillog
