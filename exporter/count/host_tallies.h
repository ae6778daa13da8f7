// The tallies of one source, separated by the host that the envelope names, if that is wanted: on a
// central log host, one file holds the mail of many servers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mails/mail_memory.h"
#include "metrics/samples.h"
#include "metrics/tallies.h"
#include "parser/event.h"

namespace maillog {

/// The label that distinguishes the hosts.
inline constexpr std::string_view kLogHostLabel = "log_host";

/// A value of an open label that has its own series: the first ones do, up to the limit.
struct KnownValue {
  std::string host;   ///< whose tallies these are; empty: those without a host
  std::string label;  ///< kLogHostLabel: `value` is a host
  std::string value;
  friend bool operator==(const KnownValue&, const KnownValue&) = default;
};

/// Owned by one thread at a time. Allocates only for new hosts and new series.
class HostTallies {
 public:
  /// How many hosts are separated. Any further one, and what is not a host (IsHostName), is
  /// `other`, and counted as overflow. 0: none is, and series have no such label.
  explicit HostTallies(std::size_t limit);

  void Count(std::string_view host, const Event& event, std::uint32_t times) {
    if (limit_ == 0) {
      all_.Count(event, times);
    } else {
      CountOf(host, event, times);
    }
  }
  /// Counts a mail that has left the queue.
  void Count(const CountedMail& mail) {
    Tallies& tallies = limit_ == 0 ? all_ : TalliesOf(mail.host);
    tallies.Count(mail.end, mail.evicted ? Tallies::Evicted::kYes : Tallies::Evicted::kNo);
  }
  /// Counts a session that has ended, SMTP's or a mailbox's.
  template <class Session>
  void CountSession(std::string_view host, const Session& session) {
    (limit_ == 0 ? all_ : TalliesOf(host)).Count(session);
  }
  /// Whether hosts are separated.
  [[nodiscard]] bool by_host() const { return limit_ > 0; }
  /// Messages without a host to distinguish them by: all, if hosts are not separated.
  [[nodiscard]] Tallies& all() { return all_; }
  /// Adds every series to `samples`.
  void AddTo(Samples& samples) const;
  /// The same as bare numbers: see Tallies.
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const;
  void ForEachSeries(const Tallies::VisitSeries& visit) const;
  [[nodiscard]] std::size_t series() const;

  /// Part of the durable state, so that limits hold over restarts.
  [[nodiscard]] std::vector<KnownValue> KnownValues() const;
  /// How many these are.
  [[nodiscard]] std::size_t known_values() const;
  /// Takes over those of an earlier run; those beyond a limit or of another form are left out.
  /// Before the first Count.
  void Know(const std::vector<KnownValue>& values);

  /// One for the whole source, as Tallies has it.
  [[nodiscard]] DelForm del_form() const { return all_.del_form(); }
  void set_del_form(DelForm form) { all_.set_del_form(form); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Host {
    std::string_view name;  ///< the key in places_
    Tallies tallies;
  };

  template <class Visit>
  void ForEachTallies(Visit&& visit) const;
  void CountOf(std::string_view host, const Event& event, std::uint32_t times);
  [[nodiscard]] Tallies& TalliesOf(std::string_view host);

  const std::size_t limit_;
  /// Messages without a host to distinguish them by.
  Tallies all_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::unordered_map<std::string, Host*, Hash, std::equal_to<>> places_;
  Host* last_ = nullptr;  ///< most lines come from the host of the line before
  std::unique_ptr<Tallies> other_;
  std::uint64_t overflows_ = 0;
};

}  // namespace maillog
