// The counts of one source: what the events did. Owned by one thread at a time (the shard's lock
// guards it). After warm-up counting allocates nothing; a new series does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "metrics/samples.h"
#include "parser/event.h"

namespace maillog {

class Tallies {
 public:
  Tallies();
  ~Tallies();
  Tallies(Tallies&&) noexcept;
  Tallies& operator=(Tallies&&) noexcept;

  /// Counts what the event says, `times` times (`message repeated N times`).
  void Count(const Event& event, std::uint32_t times);

  /// Adds every series to `samples`.
  void AddTo(Samples& samples) const;

  /// The values of open labels that have series of their own, in the order in which they came:
  /// `visit(label name, value)`. Part of the durable state: the first ones keep their series.
  using VisitValue = std::function<void(std::string_view label, std::string_view value)>;
  void ForEachKnownValue(const VisitValue& visit) const;
  /// How many these are.
  [[nodiscard]] std::size_t known_values() const;
  /// Takes up one that a former run had; one beyond the limit is left out.
  void Know(std::string_view label, std::string_view value);

  /// The word of memory that the meaning of POP3's `del=n/m` needs; part of the durable state.
  [[nodiscard]] DelForm del_form() const;
  void set_del_form(DelForm form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace maillog
