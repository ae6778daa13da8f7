#include "metrics/interner.h"

namespace maillog {

void Interner::Know(std::string_view value) {
  if (value.empty() || Find(value) != kOther) return;
  const std::uint64_t overflows = overflows_;
  (void)Add(value);
  overflows_ = overflows;
}

std::size_t Interner::Find(std::string_view value) const {
  for (std::size_t id = kEmpty; id < values_.size(); ++id) {
    if (SameText(values_[id], value)) return id;
  }
  return kOther;
}

std::size_t Interner::Add(std::string_view value) {
  if (values_.size() >= limit_ + 2 || IsRefused(value)) {
    ++overflows_;
    return kOther;
  }
  values_.emplace_back(value);
  return values_.size() - 1;
}

bool Interner::IsRefused(std::string_view value) {
  std::string& known = refused_[TextEndsOf(value).Hash() % kRefused];
  if (SameText(known, value)) return true;
  if (form_(value)) return false;
  if (value.size() <= kMaxRemembered) {
    known.reserve(kMaxRemembered);
    known = value;
  }
  return true;
}

}  // namespace maillog
