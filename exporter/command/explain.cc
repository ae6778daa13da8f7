#include "exporter/command/explain.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "activity/session_line.h"
#include "activity/session_time.h"
#include "exporter/command/explain_mail.h"
#include "exporter/follow/read_to_end.h"
#include "metrics/exposition.h"
#include "parser/dialect/dialects.h"
#include "parser/envelope/journal_export.h"
#include "parser/envelope/log_fields.h"
#include "parser/event_text.h"
#include "parser/scan.h"

namespace maillog {
namespace {

std::string_view CutLine(std::string_view& rest) {
  const std::size_t newline = rest.find('\n');
  const std::string_view line =
      rest.substr(0, newline == std::string_view::npos ? newline : newline + 1);
  rest.remove_prefix(line.size());
  return line;
}

// An increased series as one line: `maillog_deliveries_total{server="postfix",…} 1`. For a
// histogram only the number of values and their sum, as its two series.
std::vector<std::string> MovedSeries(const Tallies& tallies) {
  Samples samples;
  tallies.AddTo(samples);
  std::vector<std::string> moved;
  std::string text = ExpositionText(samples);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view line = TakeLine(rest);
    const bool comment = line.starts_with('#');
    const bool bucket = line.find("_bucket{") != std::string_view::npos;
    if (comment || bucket || line.ends_with(" 0")) continue;
    moved.emplace_back(line);
  }
  return moved;
}

// What is wrapped around a message, from the outside: `cri+syslog`.
std::string NamesOf(std::string_view lines) {
  if (BeginsEntry(lines)) return "journal_export";
  std::array<char, 4096> scratch;
  std::string_view rest = lines;
  std::string_view line = CutLine(rest);
  std::string names;
  const auto add = [&names](std::string_view name) {
    if (!names.empty()) names += '+';
    names += name;
  };
  const ContainerLine container = ParseContainerLine(line, scratch);
  if (container.stream != Stream::kNone) {
    add(line.starts_with('{') ? "docker" : "cri");
    line = container.content;
  }
  if (!FindJson(line).object.empty()) add("json");
  const EnvelopeNames inner = EnvelopesOf(line);
  for (std::size_t i = 0; i < inner.count; ++i) add(inner.names[i]);
  return names;
}

// The first line with its newline, or the journal's whole entry.
std::string_view CutMessage(std::string_view& rest) {
  const std::size_t size = BeginsEntry(rest) ? EntrySize(rest) : 0;
  return size == 0 ? CutLine(rest) : TakeBytes(rest, size);
}

// The policy by which the receiver refused a delivery; kOther if there is none, or none that is
// known.
Policy PolicyOf(const Event& event) {
  return std::visit(
      []<class E>(const E& e) {
        if constexpr (std::is_base_of_v<Delivery, E>) {
          return e.policy;
        } else {
          return Policy::kOther;
        }
      },
      event);
}

}  // namespace

void Explainer::Explain(std::string_view messages, StreamSet given_up) {
  // The lines into which a container runtime has cut a message are explained together.
  while (!messages.empty()) {
    std::string_view rest = messages;
    std::string_view line = CutMessage(rest);
    std::array<char, 256> scratch;
    const ContainerLine first = ParseContainerLine(line, scratch);
    if (given_up.contains(first.stream)) {
      if (!first.partial) given_up.Remove(first.stream);
      if (shows_lines()) {
        Print(line);
        out_ << "  = the rest of a message that was too long\n";
      }
      messages = rest;
      continue;
    }
    while (!rest.empty() && ParseContainerLine(line, scratch).partial) line = CutLine(rest);
    const std::string_view lines = messages.substr(0, messages.size() - rest.size());
    ExplainLines(lines);
    messages = rest;
  }
}

void Explainer::ExplainLines(std::string_view lines) {
  if (shows_lines()) {
    Print(lines);
    if (!lines.ends_with('\n')) out_ << '\n';
  }
  MessageReader reader(lines, *scratch_);
  Record record;
  EnvelopeResult result{};
  while (reader.Next(record, result)) {
    ++messages_;
    switch (result) {
      case EnvelopeResult::kRecord:
        ExplainRecord(lines, record);
        break;
      case EnvelopeResult::kLastRepeated:
        if (shows_lines()) {
          ShowKind("= ", absl::StrCat("last_repeated times=", record.times), palette_.event);
        }
        break;
      case EnvelopeResult::kMalformed:
        ++malformed_;
        if (shows_lines()) ShowEvent(Malformed{}, 1);
        break;
    }
  }
}

void Explainer::ExplainRecord(std::string_view lines, const Record& record) {
  const Dialect* const dialect = DialectOf(record);
  const std::string_view whose = dialect == nullptr ? "none" : dialect->name;
  const Event event = parser_.Parse(record);
  const bool unknown = OutcomeOf(event) == Outcome::kUnknown;
  if (unknown) ++unknown_;
  if (OutcomeOf(event) == Outcome::kMalformed) ++malformed_;
  if (!shows_lines()) {
    if (unknown) {
      shapes_.Add(whose, record, StoppedAt(record.message, std::get<Unknown>(event).left));
    }
    return;
  }
  ShowEvent(event, record.times);
  out_ << palette_.faint << "  : envelope=" << NamesOf(lines);
  if (!record.program.empty()) {
    out_ << " program=";
    Print(record.program);
  }
  out_ << " dialect=" << whose;
  const Policy policy = PolicyOf(event);
  if (policy != Policy::kOther) out_ << " page=docs/policies/" << PageOf(policy) << ".md";
  out_ << palette_.end << '\n';
  if (unknown) ShowWhereReadingStopped(record.message, std::get<Unknown>(event));
  ShowMoved(event, record.times);
  ShowMail(record, event);
  ShowSession(lines, record, event);
}

void Explainer::ShowEvent(const Event& event, std::uint32_t times) {
  const Outcome outcome = OutcomeOf(event);
  const bool trouble = outcome == Outcome::kUnknown || outcome == Outcome::kMalformed;
  std::string text = EventText(event);
  if (times != 1) absl::StrAppend(&text, " times=", times);
  ShowKind(trouble ? "! " : "= ", text, trouble ? palette_.trouble : palette_.event);
}

// The first word of the text is what it is, the rest are its fields.
void Explainer::ShowKind(std::string_view mark, std::string_view text, std::string_view color) {
  const std::string_view kind = text.substr(0, text.find(' '));
  out_ << color << "  " << mark << kind << palette_.end << palette_.faint
       << text.substr(kind.size()) << palette_.end << '\n';
}

// A series' punctuation is dimmed; its name, the values and the number are not.
void Explainer::ShowSeries(std::string_view series) {
  const Palette& p = palette_;
  const std::string_view name = TakeWhile(series, [](char c) { return c != '{' && c != ' '; });
  out_ << p.faint << "  + " << p.end << p.metric << name << p.end;
  while (series.size() > 1 && series.front() != ' ') {
    const std::string_view until_value = series.substr(0, series.find('"') + 1);
    series.remove_prefix(until_value.size());
    if (until_value.empty()) break;
    std::size_t end = 0;
    while (end < series.size() && series[end] != '"') end += series[end] == '\\' ? 2 : 1;
    out_ << p.faint << until_value << p.end << p.value << series.substr(0, end) << p.end;
    series.remove_prefix(std::min(end, series.size()));
    // The closing quote, and the brace of the last value.
    const std::string_view after = series.substr(0, series.starts_with("\"}") ? 2 : 1);
    out_ << p.faint << after << p.end;
    series.remove_prefix(after.size());
  }
  out_ << p.number << series << p.end << '\n';
}

void Explainer::Print(std::string_view text) {
  if (palette_.raw_controls) {
    out_ << text;
  } else {
    out_ << WithVisibleControls(text);
  }
}

void Explainer::ShowWhereReadingStopped(std::string_view message, const Unknown& unknown) {
  const std::size_t read = StoppedAt(message, unknown.left);
  const std::size_t blank = message.substr(0, read).rfind(' ');
  const std::size_t word_at = blank == std::string_view::npos ? 0 : blank + 1;
  std::string_view word = message.substr(word_at);
  word = word.substr(0, word.find(' ', read - word_at));
  out_ << "  ? no rule for: ";
  Print(message);
  out_ << "\n  ? reading stopped at column " << read + 1;
  if (word.empty()) {
    out_ << ", the end of the message\n";
    return;
  }
  out_ << " of the message, in: " << palette_.trouble;
  Print(word);
  out_ << palette_.end << '\n';
}

void Explainer::ShowMoved(const Event& event, std::uint32_t times) {
  Tallies tallies;
  tallies.set_del_form(del_form_);
  tallies.Count(event, times);
  del_form_ = tallies.del_form();
  ShowMoved(tallies);
}

void Explainer::ShowMoved(const Tallies& tallies) {
  for (const std::string& series : MovedSeries(tallies)) ShowSeries(series);
}

void Explainer::ShowMail(const Record& record, const Event& event) {
  const std::string words = MailWords(record, event);
  if (!words.empty()) out_ << palette_.faint << "  ~ mail " << words << palette_.end << '\n';
  MailEvent mail;
  if (MakeMailEvent(mails_.salt(), record, event, mail))
    ShowEnded(mails_.Apply(mail, LineOriginOf(record)));
}

void Explainer::ShowEnded(std::span<const CountedMail> mails) {
  if (mails.empty()) return;
  Tallies tallies;
  for (const CountedMail& mail : mails)
    tallies.Count(mail.end, mail.evicted ? Tallies::Evicted::kYes : Tallies::Evicted::kNo);
  ShowMoved(tallies);
}

void Explainer::ShowSession(std::string_view lines, const Record& record, const Event& event) {
  const SessionLine line = ReadSessionLine(record, event, lines);
  ActivityEvent session;
  if (line.name.empty() ||
      !MakeActivityEvent(mails_.salt(), record, event, nullptr, lines, session))
    return;
  const std::optional<Micros> seconds = activity_.Apply(session, record.stamp);
  out_ << palette_.faint << "  ~ session ";
  Print(line.name);
  out_ << (!line.is_end ? ": begins"
           : seconds    ? ": ends"
                        : ": ends, its beginning was not seen")
       << palette_.end << '\n';
  if (!seconds) return;
  Tallies tallies;
  CountSessionTime(session, *seconds, [&tallies](const auto& time) { tallies.Count(time); });
  ShowMoved(tallies);
}

void Explainer::Finish() {
  if (!shows_lines()) {
    out_ << shapes_.Text();
    return;
  }
  if (const auto mails = mails_.End(); !mails.empty()) {
    out_ << "mails that waited for late lines\n";
    ShowEnded(mails);
  }
}

std::string Explainer::Summary() const {
  return absl::StrCat(messages_, " messages, ", unknown_, " unknown, ", malformed_, " malformed\n");
}

absl::StatusOr<std::string> ExplainLog(const std::string& path, std::ostream& out,
                                       FileSystem& files, const ExplainHow& how) {
  Explainer explainer(out, how.what, how.palette);
  const BlockSink sink = how.through([&](const std::string&, const Block& block) {
    explainer.Explain(block.messages, block.given_up);
    out.flush();
  });
  if (absl::Status status = ReadToEnd({path}, sink, files); !status.ok()) return status;
  explainer.Finish();
  return explainer.Summary();
}

}  // namespace maillog
