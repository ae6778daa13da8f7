// The figures of one queue, added up while it is read: of fixed size, however much mail there is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "exporter/queue/listing.h"
#include "parser/event/delivery.h"
#include "parser/reason_memory.h"

namespace maillog {

/// Whose servers have to take a recipient's mail: those that the reason names
/// (`connect to gmail-smtp-in.l.google.com[192.0.2.1]:25: …`), otherwise those of the address's
/// domain.
[[nodiscard]] Receiver ReceiverOfRecipient(std::string_view address, std::string_view reason);

template <class E>
inline constexpr std::size_t kValues = Label<E>::values.size();

struct QueueFigures {
  struct OfQueue {
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::int64_t oldest = 0;  ///< Unix time of arrival; 0: none, or not known
  };
  using Ages = std::array<std::uint64_t, kValues<QueueAge>>;

  std::int64_t at = 0;  ///< Unix time from which ages are counted
  std::array<OfQueue, kValues<QueueName>> queues{};
  /// Recipients of deferred messages.
  std::array<std::array<std::uint64_t, kValues<Receiver>>, kValues<Reason>> deferred{};
  /// Recipients of all messages.
  std::array<std::array<Ages, kValues<Receiver>>, kValues<QueueName>> recipients{};

  /// The time since the arrival of the oldest; 0 if there is none, or the clock was set back.
  [[nodiscard]] std::int64_t OldestSeconds(QueueName queue) const;
};

class QueueTally final : public ListingSink {
 public:
  /// Figures by domain of recipients, for the user's own terminal: never in a label.
  using Domains = std::map<std::string, QueueFigures::Ages, std::less<>>;
  /// How many domains are distinguished: about 10 MB. The recipients of the others are counted
  /// together, under an empty name.
  static constexpr std::size_t kMaxDomains = 50'000;

  enum class Keep : std::uint8_t { kFigures, kDomainsToo };
  QueueTally(std::int64_t now, Keep keep) : keep_(keep) { figures_.at = now; }

  void OnMessage(const QueuedMessage& message) override;
  void OnRecipient(const QueuedMessage& message, std::string_view address,
                   std::string_view reason) override;

  [[nodiscard]] const QueueFigures& figures() const { return figures_; }
  [[nodiscard]] const Domains& domains() const { return domains_; }

 private:
  [[nodiscard]] QueueFigures::Ages& AgesOf(std::string_view address);

  const Keep keep_;
  QueueFigures figures_;
  Domains domains_;
  ReasonMemory reasons_;
};

}  // namespace maillog
