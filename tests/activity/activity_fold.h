// Activity, fed with lines as they are in a log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "activity/activity.h"
#include "activity/activity_figures.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"

namespace maillog::test {

inline constexpr MailSalt kActivitySalt{0x0123456789abcdef, 0xfedcba9876543210};

class ActivityFold {
 public:
  ActivityFold& Read(std::string_view text) {
    MessageReader reader(text, *scratch_);
    Record record;
    EnvelopeResult result{};
    while (reader.Next(record, result)) {
      if (result != EnvelopeResult::kRecord) continue;
      const Event event = parser_.Parse(record);
      MailEvent mail;
      const bool is_mail = MakeMailEvent(kActivitySalt, record, event, mail);
      ActivityEvent made;
      if (!MayBeActivity(event) ||
          !MakeActivityEvent(kActivitySalt, record, event, is_mail ? &mail : nullptr, text, made))
        continue;
      if (const auto seconds = activity_.Apply(made, record.stamp)) Note(made, *seconds);
    }
    return *this;
  }

  /// As after a restart.
  void Restart() {
    const SavedActivity saved = activity_.Save();
    SavedActivity loaded;  // the bytes only
    for (const auto& part : saved.parts)
      loaded.parts.push_back(part->empty() ? nullptr : std::make_shared<std::string>(*part));
    activity_ = Activity();
    restored_ = restored_ && activity_.Restore(loaded);
  }
  [[nodiscard]] bool restored() const { return restored_; }

  /// `later` seconds after the minute of the last line that counted.
  [[nodiscard]] ActivityFigures Figures(std::string_view window, LogSeconds later = 0) {
    const SavedActivity saved = activity_.Save();
    const auto figures = FiguresOf(saved, TimeOf(saved).seconds + later);
    return figures[window == kActivityWindows[0].name ? 0 : 1];
  }
  [[nodiscard]] std::uint64_t Recipients(SenderKind kind, std::string_view window = "1h") {
    return Figures(window).top_recipients[static_cast<std::size_t>(kind)];
  }

  /// All bytes of the state, with their places.
  [[nodiscard]] std::string Bytes() {
    std::string bytes;
    const SavedActivity saved = activity_.Save();
    for (std::size_t place = 0; place < saved.parts.size(); ++place) {
      if (!saved.parts[place]->empty())
        bytes += "\n" + std::to_string(place) + ":" + *saved.parts[place];
    }
    return bytes;
  }
  [[nodiscard]] Activity& activity() { return activity_; }
  /// `postfix submission 1250ms`, `imap 60000ms`, in the order in which they ended.
  [[nodiscard]] const std::vector<std::string>& sessions() const { return sessions_; }

 private:
  void Note(const ActivityEvent& made, Micros seconds) {
    std::string text;
    if (made.session == SessionKind::kSmtp) {
      text = std::string(Text(made.service.server));
      if (!made.service.listener.text.empty())
        text += " " + std::string(made.service.listener.text);
    } else {
      text = std::string(Text(made.protocol));
    }
    sessions_.push_back(text + " " + std::to_string(seconds / 1000) + "ms");
  }

  const std::unique_ptr<MessageScratch> scratch_ = std::make_unique_for_overwrite<MessageScratch>();
  RecordParser parser_;
  Activity activity_;
  bool restored_ = true;
  std::vector<std::string> sessions_;
};

}  // namespace maillog::test
