#include "metrics/tallies.h"

#include <algorithm>
#include <array>
#include <utility>

#include "metrics/catalog/catalog.h"
#include "metrics/cells.h"
#include "metrics/expand.h"
#include "metrics/found_commands.h"
#include "metrics/found_delivery.h"
#include "metrics/open_members.h"

namespace maillog {
namespace {

constexpr std::size_t kRowCount = std::tuple_size_v<decltype(kCatalog)>;

template <std::size_t kRow>
using RowAt = std::remove_const_t<std::tuple_element_t<kRow, decltype(kCatalog)>>;

// Over all rows for each type of fact, most of the time that this file takes to compile would go to
// rows over other facts.
template <class Fact, std::size_t... kRows>
consteval auto FindRowsOver(std::index_sequence<kRows...> /*all*/) {
  constexpr std::array kIsOver{std::is_same_v<typename RowAt<kRows>::Fact, Fact>...};
  constexpr std::size_t kCount =
      static_cast<std::size_t>(std::count(kIsOver.begin(), kIsOver.end(), true));
  std::array<std::size_t, kCount> rows{};
  for (std::size_t row = 0, found = 0; row < kIsOver.size(); ++row) {
    if (kIsOver[row]) rows[found++] = row;
  }
  return rows;
}
/// The numbers of the rows over facts of a type.
template <class Fact>
inline constexpr auto kRowsOver = FindRowsOver<Fact>(std::make_index_sequence<kRowCount>{});
template <class Fact>
using RowsOver = std::make_index_sequence<kRowsOver<Fact>.size()>;

template <class Indices>
struct AllCells;
template <std::size_t... kRows>
struct AllCells<std::index_sequence<kRows...>> {
  std::tuple<Cells<RowAt<kRows>>...> cells{
      Cells<RowAt<kRows>>(std::get<kRows>(kCatalog).info())...};
};

/// Whether the values of the fact's members of type T have their numbers.
template <class T, class Fact>
bool KnowsMembers(const Fact& fact, OpenLabels& open) {
  static constexpr auto kMembers = OpenMembersIn<Fact, T>(kCatalog);
  return std::all_of(kMembers.begin(), kMembers.end(),
                     [&](auto member) { return open.Of<T>().Knows((fact.*member).text); });
}

template <class Fact, class... Ts>
bool KnowsAll(const Fact& fact, Interners<Ts...>& open) {
  return (KnowsMembers<Ts>(fact, open) && ...);
}

inline constexpr auto kIgnoreZeros = [](const auto& /*row*/, const auto& /*fact*/) {};
template <class Fact>
concept HasZeroSet = requires(const Fact& fact) {
  ZeroSet(fact, kIgnoreZeros);
};

}  // namespace

bool CanBeValue(std::string_view label, std::string_view value) {
  bool can = true;
  OpenLabels::ForEachForm([&](std::string_view name, Interner::Form form) {
    if (name == label) can = value.empty() || form(value);
  });
  return can;
}

struct Tallies::Impl {
  using Rows = std::make_index_sequence<kRowCount>;

  /// Counts a fact in every row over facts of its type.
  template <class Fact>
  void Add(const Fact& fact, std::uint64_t times) {
    if (!AddToRows(fact, times, RowsOver<Fact>{})) return;
    if constexpr (HasZeroSet<Fact>) {
      ZeroSet(fact, [this](const auto& row, const auto& zero) {
        this->Zero(row.name, zero, RowsOver<std::remove_cvref_t<decltype(zero)>>{});
      });
    }
  }

  template <class Fact, std::size_t... kNumbers>
  bool AddToRows(const Fact& fact, [[maybe_unused]] std::uint64_t times,
                 std::index_sequence<kNumbers...>) {
    bool is_new = false;
    ((is_new |= std::get<kRowsOver<Fact>[kNumbers]>(all.cells).Add(fact, times, open)), ...);
    return is_new;
  }

  // ---- deliveries, most of which have labels that were seen before

  using DeliveryKey =
      LabelKey<&Delivery::server, &Delivery::syslog_name, &Delivery::agent, &Delivery::transport,
               &Delivery::next_hop, &Delivery::status, &Delivery::dsn_class, &Delivery::dsn,
               &Delivery::reason, &Delivery::receiver, &Delivery::policy>;

  static_assert(DeliveryKey::Span() < std::uint64_t{1} << (63 - FoundDelivery::kTimes));

  void CountDelivery(const Delivery& delivery, std::uint64_t times) {
    const auto count = [this, times](const auto& fact, std::uint64_t n = 1) {
      Add(fact, n * times);
    };
    if (delivery.bad_values > 0 || times == 0) return Expand(delivery, del_form, count);
    const std::uint64_t key = DeliveryKey::Pack(delivery, open) << FoundDelivery::kTimes |
                              FoundDelivery::TimesIn(delivery);
    FoundDelivery& found = found_deliveries.At(key);
    if (found.Is(key, DeliveryGeneration())) return found.Add(delivery, times);
    Expand(delivery, del_form, count);
    found.Begin();
    Expand(delivery, del_form,
           [this, &found](const auto& fact, std::uint64_t = 1) { Note(fact, found); });
    found.End(key, DeliveryGeneration());
  }

  /// Changes when a cell of a delivery's facts may have moved.
  [[nodiscard]] std::uint64_t DeliveryGeneration() const {
    return SizeOf<Delivery>(RowsOver<Delivery>{}) +
           SizeOf<FailedDelivery>(RowsOver<FailedDelivery>{}) +
           SizeOf<RefusedDelivery>(RowsOver<RefusedDelivery>{}) +
           SizeOf<RemoteDelivery>(RowsOver<RemoteDelivery>{}) +
           SizeOf<DeliveryPhase>(RowsOver<DeliveryPhase>{});
  }
  template <class Fact, std::size_t... kNumbers>
  [[nodiscard]] std::uint64_t SizeOf(std::index_sequence<kNumbers...> /*rows*/) const {
    return (std::get<kRowsOver<Fact>[kNumbers]>(all.cells).size() + ...);
  }

  template <class Fact>
  void Note(const Fact& fact, FoundDelivery& found) {
    NoteIn(fact, found, RowsOver<Fact>{});
  }
  void Note(const BadValue& /*there are none*/, FoundDelivery& /*found*/) {}
  template <class Fact, std::size_t... kNumbers>
  void NoteIn(const Fact& fact, FoundDelivery& found, std::index_sequence<kNumbers...> /*rows*/) {
    (NoteCell(std::get<kRowsOver<Fact>[kNumbers]>(all.cells), fact, found), ...);
  }
  template <class CellsOfRow, class Fact>
  void NoteCell(CellsOfRow& cells, const Fact& fact, FoundDelivery& found) {
    std::uint64_t* const cell = cells.CellOf(fact, open);
    if constexpr (requires { cells.buckets(); }) {
      if (cell != nullptr) found.Note(cells.buckets(), cell, TimeIn(fact));
    } else {
      found.Note(cell);
    }
  }
  static std::size_t TimeIn(const Delivery& /*fact*/) { return FoundDelivery::kWhole; }
  static std::size_t TimeIn(const DeliveryPhase& fact) { return LabelIndex(fact.phase); }

  // ---- ends of sessions, which have the commands of those before them

  using ServiceKey = LabelKey<&SmtpDisconnection::server, &SmtpDisconnection::syslog_name,
                              &SmtpDisconnection::listener>;

  void CountDisconnection(const SmtpDisconnection& end, std::uint64_t times) {
    const std::uint64_t service = ServiceKey::Pack(end, open);
    FoundCommands& found = found_services.At(service);
    const auto renew = [&] {
      if (!found.Are(service, CommandGeneration())) found.Begin(service, CommandGeneration());
    };
    // Whatever is counted may make a cell, and move the others.
    const auto count = [&](const auto& fact, std::uint64_t n) {
      Add(fact, n * times);
      renew();
    };
    renew();
    Expand(end, del_form, [&](const auto& fact, std::uint64_t n = 1) {
      if constexpr (std::is_same_v<std::remove_cvref_t<decltype(fact)>, SmtpCommand>) {
        std::uint64_t*& cell = found.CellOf(fact);
        if (cell != nullptr) {
          *cell += n * times;
        } else {
          count(fact, n);
          // Without any times it has not been counted yet.
          if (times > 0) cell = CellOf(fact, RowsOver<SmtpCommand>{});
        }
      } else {
        count(fact, n);
      }
    });
  }
  template <std::size_t... kNumbers>
  [[nodiscard]] std::uint64_t* CellOf(const SmtpCommand& command,
                                      std::index_sequence<kNumbers...> /*rows*/) {
    static_assert(sizeof...(kNumbers) == 1);
    return (std::get<kRowsOver<SmtpCommand>[kNumbers]>(all.cells).CellOf(command, open), ...);
  }
  /// Changes when a cell of a command may have moved.
  [[nodiscard]] std::uint64_t CommandGeneration() const {
    return SizeOf<SmtpCommand>(RowsOver<SmtpCommand>{});
  }

  /// Makes a series of the row of this name, at 0 if it is new.
  template <class Fact, std::size_t... kNumbers>
  void Zero(std::string_view name, const Fact& fact, std::index_sequence<kNumbers...>) {
    ((std::get<kRowsOver<Fact>[kNumbers]>(kCatalog).name == name &&
      std::get<kRowsOver<Fact>[kNumbers]>(all.cells).Add(fact, 0, open)),
     ...);
  }

  template <class E>
  void Count(const E& event, std::uint64_t times) {
    if constexpr (std::is_same_v<E, Delivery>) {
      CountDelivery(event, times);
    } else if constexpr (std::is_same_v<E, SmtpDisconnection>) {
      CountDisconnection(event, times);
    } else {
      Expand(event, del_form,
             [this, times](const auto& fact, std::uint64_t n = 1) { this->Add(fact, n * times); });
    }
  }

  /// Whether the values of open labels in the event's facts have their numbers.
  template <class E>
  [[nodiscard]] bool HasKnownLabels(const E& event) {
    if constexpr (std::is_same_v<E, Delivery> || std::is_same_v<E, SmtpDisconnection>) {
      return KnowsAll(event, open);  // all its facts have theirs from it
    } else {
      bool known = true;
      DelForm untouched = del_form;
      Expand(event, untouched, [this, &known](const auto& fact, std::uint64_t = 1) {
        known = known && KnowsAll(fact, open);
      });
      return known;
    }
  }

  template <std::size_t... kRows>
  void AddTo(Samples& samples, std::index_sequence<kRows...>) const {
    (std::get<kRows>(all.cells).AddTo(samples, std::get<kRows>(kCatalog).info(), open), ...);
    open.ForEach([&](std::string_view label, const Interner& values) {
      if (values.overflows() == 0) return;
      samples.AddCounter(kLabelOverflows, {std::string(label)}, values.overflows());
    });
  }

  template <std::size_t... kRows>
  void AppendNumbers(std::vector<std::uint64_t>& numbers, std::index_sequence<kRows...>) const {
    (std::get<kRows>(all.cells).AppendNumbers(numbers), ...);
    open.ForEach([&](std::string_view, const Interner& values) {
      if (values.overflows() > 0) numbers.push_back(values.overflows());
    });
  }

  template <std::size_t... kRows>
  void ForEachSeries(const VisitSeries& visit, std::index_sequence<kRows...>) const {
    (std::get<kRows>(all.cells).ForEachSeries(
         open, [&](const LabelValues& labels) { visit(std::get<kRows>(kCatalog).info(), labels); }),
     ...);
    open.ForEach([&](std::string_view label, const Interner& values) {
      if (values.overflows() > 0) visit(kLabelOverflows, LabelValues{std::string(label)});
    });
  }

  template <std::size_t... kRows>
  [[nodiscard]] std::size_t Series(std::index_sequence<kRows...>) const {
    std::size_t series = (std::get<kRows>(all.cells).size() + ...);
    open.ForEach([&](std::string_view, const Interner& values) {
      series += values.overflows() > 0 ? 1 : 0;
    });
    return series;
  }

  AllCells<Rows> all;
  OpenLabels open;
  FoundDeliveries found_deliveries;
  FoundServices found_services;
  DelForm del_form = DelForm::kNotShown;
};

Tallies::Tallies() : impl_(std::make_unique<Impl>()) {}
Tallies::~Tallies() = default;
Tallies::Tallies(Tallies&&) noexcept = default;
Tallies& Tallies::operator=(Tallies&&) noexcept = default;

void Tallies::Count(const Event& event, std::uint32_t times) {
  std::visit([this, times](const auto& e) { impl_->Count(e, times); }, event);
  impl_->open.ForgetViews();
}

void Tallies::Count(const MailEnd& end, Evicted evicted) {
  impl_->Add(end, 1);
  if (evicted == Evicted::kYes) impl_->Add(MailForgotten{static_cast<const Service&>(end)}, 1);
  impl_->open.ForgetViews();
}

void Tallies::Count(const SmtpSessionTime& session) {
  impl_->Add(session, 1);
  impl_->open.ForgetViews();
}

void Tallies::Count(const MailboxSessionTime& session) { impl_->Add(session, 1); }

bool Tallies::CountAlone(const Event& event, std::uint32_t times, DelForm& del_form) {
  del_form = DelForm::kNotShown;
  const bool alone = std::visit(
      [this, times, &del_form](const auto& e) {
        using E = std::remove_cvref_t<decltype(e)>;
        if constexpr (std::is_same_v<E, Pop3Session>) return false;
        if (!impl_->HasKnownLabels(e)) return false;
        if constexpr (std::is_same_v<E, AuthAttempt>) del_form = e.del_form;
        impl_->Count(e, times);
        return true;
      },
      event);
  impl_->open.ForgetViews();
  return alone;
}

void Tallies::TakeOver(const Tallies& first) { impl_->open.TakeOver(first.impl_->open); }

void Tallies::AddTo(Samples& samples) const { impl_->AddTo(samples, Impl::Rows{}); }

void Tallies::AppendNumbers(std::vector<std::uint64_t>& numbers) const {
  impl_->AppendNumbers(numbers, Impl::Rows{});
}
void Tallies::ForEachSeries(const VisitSeries& visit) const {
  impl_->ForEachSeries(visit, Impl::Rows{});
}
std::size_t Tallies::series() const { return impl_->Series(Impl::Rows{}); }

void Tallies::ForEachKnownValue(const VisitValue& visit) const {
  std::as_const(impl_->open).ForEach([&](std::string_view label, const Interner& values) {
    for (const std::string& value : values.known()) visit(label, value);
  });
}

std::size_t Tallies::known_values() const {
  std::size_t known = 0;
  std::as_const(impl_->open).ForEach([&](std::string_view, const Interner& values) {
    known += values.known().size();
  });
  return known;
}

void Tallies::Know(std::string_view label, std::string_view value) {
  impl_->open.ForEach([&](std::string_view name, Interner& values) {
    if (name == label) values.Know(value);
  });
}

DelForm Tallies::del_form() const { return impl_->del_form; }
void Tallies::set_del_form(DelForm form) { impl_->del_form = form; }

}  // namespace maillog
