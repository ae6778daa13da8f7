// `explain`: what each line of a log becomes, and what it increases.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>

#include "absl/status/statusor.h"
#include "activity/activity.h"
#include "exporter/command/color.h"
#include "exporter/command/unknown_shapes.h"
#include "exporter/config/options.h"
#include "exporter/follow/read_to_end.h"
#include "exporter/os/file_system.h"
#include "mails/mail_memory.h"
#include "metrics/tallies.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

/// Explains messages one by one. What a message means depends on those before it only for Dovecot's
/// `del=n/m`, for mails and for sessions, as in `count`.
///
///   the line as it is in the log
///     = the event with its fields; `!` if no rule or no envelope knows the line
///     : its envelope, its program and the dialect
///     + a series that it increases
///     ~ what it does to its mail, and then the series that the mails increase which are over
///     ~ which session begins or ends, and then the series that its time increases
///     ? of an unknown line: its message, and the word in it where the rule that came furthest
///       stopped reading
class Explainer {
 public:
  explicit Explainer(std::ostream& out, ExplainWhat what = ExplainWhat::kEveryLine,
                     const Palette& palette = kNoColors)
      : out_(out), what_(what), palette_(palette) {}

  /// Whole lines, as in a Block; `given_up` too.
  void Explain(std::string_view messages, StreamSet given_up = {});
  /// The unknown shapes, if they were asked for. To be called at the end.
  void Finish();
  /// How many messages there were and what became of them, in one line.
  [[nodiscard]] std::string Summary() const;

 private:
  void ExplainLines(std::string_view lines);
  void ExplainRecord(std::string_view lines, const Record& record);
  void ShowEvent(const Event& event, std::uint32_t times);
  void ShowWhereReadingStopped(std::string_view message, const Unknown& unknown);
  void ShowKind(std::string_view mark, std::string_view text, std::string_view color);
  void ShowSeries(std::string_view series);
  void Print(std::string_view text);
  void ShowMoved(const Event& event, std::uint32_t times);
  void ShowMail(const Record& record, const Event& event);
  void ShowEnded(std::span<const CountedMail> mails);
  void ShowSession(std::string_view lines, const Record& record, const Event& event);
  void ShowMoved(const Tallies& tallies);
  [[nodiscard]] bool shows_lines() const { return what_ == ExplainWhat::kEveryLine; }

  std::ostream& out_;
  const ExplainWhat what_;
  const Palette palette_;
  RecordParser parser_;
  DelForm del_form_ = DelForm::kNotShown;  // what earlier lines said, as `count` remembers it
  MailMemory mails_;                       // the same
  Activity activity_;                      // the same
  UnknownShapes shapes_;
  std::unique_ptr<MessageScratch> scratch_ = std::make_unique_for_overwrite<MessageScratch>();
  std::uint64_t messages_ = 0;
  std::uint64_t unknown_ = 0;
  std::uint64_t malformed_ = 0;
};

struct ExplainHow {
  ExplainWhat what = ExplainWhat::kEveryLine;
  Palette palette = kNoColors;
  /// Which part of the log is explained.
  SinkWrapper through = [](BlockSink sink) { return sink; };
};

/// Explains a file, or `-`, to `out`; what has been read is printed before waiting for more.
/// Returns the summary. Fails with one sentence if it cannot be read.
[[nodiscard]] absl::StatusOr<std::string> ExplainLog(const std::string& path, std::ostream& out,
                                                     FileSystem& files, const ExplainHow& how = {});

}  // namespace maillog
