// Pages of the manual in the language of man(7).
#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "exporter/command/document.h"
#include "exporter/config/command_list.h"
#include "exporter/config/config_queue.h"
#include "exporter/config/config_source.h"
#include "exporter/config/default_log.h"
#include "exporter/os/version.h"

namespace maillog {
namespace {

// When what is said here beside the lists was written.
constexpr std::string_view kDate = "2026-11-28";

// A text of any characters, as it is to be read.
std::string Roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Listed(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) text += Joined({text.empty() ? "" : ", ", word});
  return text;
}

/// A page that grows line by line.
class ManualPage {
 public:
  ManualPage(std::string_view name, std::string_view section, std::string_view what)
      : text_(Joined({".\\\" Made by the program from its own lists: maillog_exporter document man",
                      section, "\n.TH ", absl::AsciiStrToUpper(std::string(name)), " ", section,
                      " ", kDate, " \"maillog_exporter ", Version(), "\"\n"})) {
    Section("NAME");
    text_ += Joined({Roff(name), " \\- ", Roff(what), "\n"});
  }

  void Section(std::string_view name) { text_ += Joined({".SH ", Quoted(name), "\n"}); }
  void Subsection(std::string_view name) { text_ += Joined({".SS ", Quoted(Roff(name)), "\n"}); }
  void Paragraph(std::string_view text) {
    if (!LastLineIsHeading()) text_ += ".PP\n";
    Words(text);
  }
  /// `name` in bold, `argument` (may be empty) in italics, `text` below.
  void Item(std::string_view name, std::string_view argument, std::string_view text) {
    text_ += Joined({".TP\n\\fB", Roff(name), "\\fR", Italic(argument), "\n"});
    Words(text);
  }
  void Usage(std::string_view words) {
    if (!LastLineIsHeading()) text_ += ".br\n";
    text_ += Joined({".B maillog_exporter\n", Roff(words), "\n"});
  }
  /// Lines as they are.
  void Example(std::string_view lines) {
    if (!LastLineIsHeading()) text_ += ".PP\n";
    text_ += Joined({".EX\n", Roff(lines), ".EE\n"});
  }
  [[nodiscard]] std::string Take() { return std::move(text_); }

 private:
  [[nodiscard]] static std::string Quoted(std::string_view text) {
    return text.find(' ') == std::string_view::npos ? std::string(text)
                                                    : Joined({"\"", text, "\""});
  }
  [[nodiscard]] static std::string Italic(std::string_view argument) {
    return argument.empty() ? std::string() : Joined({"\\fI", Roff(argument), "\\fR"});
  }
  // A sentence begins a line, as the language wants it; no word at a line's beginning is a request.
  void Words(std::string_view text) {
    constexpr std::size_t kColumns = 79;
    const std::string escaped = Roff(text);
    std::string_view rest = escaped;
    std::size_t column = 0;
    bool ends_sentence = false;
    while (!rest.empty()) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(word.size() + 1, rest.size()));
      if (column > 0 && (ends_sentence || column + 1 + word.size() > kColumns)) {
        text_ += '\n';
        column = 0;
      } else if (column > 0) {
        text_ += ' ';
        ++column;
      }
      if (column == 0 && word.starts_with('.')) text_ += "\\&";
      text_ += word;
      column += word.size();
      ends_sentence = word.ends_with('.') && word != ".";
    }
    text_ += '\n';
  }
  [[nodiscard]] bool LastLineIsHeading() const {
    const std::size_t begin = text_.rfind('\n', text_.size() - 2) + 1;
    return text_.compare(begin, 2, ".S") == 0;
  }

  std::string text_;
};

void AddFlag(const Flag& flag, ManualPage& page) {
  const std::string argument = flag.type.empty() ? std::string() : Joined({"=", flag.type});
  std::string help(flag.help);
  if (!flag.standard.empty()) help += Joined({" Default: ", flag.standard, "."});
  page.Item(flag.name, argument, help);
}

std::string UsageOf(const DocumentedCommand& command) {
  return Joined({command.name, " [FLAG...]", command.what_help.empty() ? "" : " WHAT",
                 command.path_help.empty() ? "" : " [PATH...]"});
}

void AddKeys(const std::vector<ConfigKey>& keys, ManualPage& page) {
  for (const ConfigKey& key : keys) {
    std::string help(key.help);
    if (!key.choices.empty()) {
      help += Joined({" One of ", Listed(key.choices), "."});
    }
    page.Item(Joined({key.name, ":"}), Joined({" ", key.form}), help);
  }
}

struct Described {
  std::string_view name;
  std::string_view help;
};

constexpr Described kSignals[]{
    {"SIGTERM, SIGINT", "End within three seconds; what was counted is saved."},
    {"SIGHUP", "Read the file of --config.file again; no counter is reset."}};

constexpr Described kEnvironment[]{
    {"STATE_DIRECTORY",
     "Where positions and totals are kept, without --state.path. systemd sets it."},
    {"NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID",
     "Where systemd wants to be told that the program has started, how it is and that it is alive, "
     "and how often."},
    {"TZ", "The time zone of stamps that have none."},
    {"LC_ALL, LC_MESSAGES, LANG",
     "The language of report and top: Japanese if it begins with ja and its encoding is UTF-8."},
    {"NO_COLOR", "Keeps explain and trace from using colours."}};

constexpr Described kFiles[]{
    {"/etc/maillog_exporter.yml", "A configuration that is ready to be named by --config.file."},
    {"/etc/default/maillog_exporter", "Further flags for the packages' unit."},
    {"/var/lib/maillog_exporter", "The state of the packages' unit."}};

constexpr Described kStatuses[]{
    {"0", "All went well."},
    {"1",
     "Of check-config: the configuration is sound, but something is in the way now. Of trace: "
     "nothing was found."},
    {"2", "A fault, which one sentence on standard error names."}};

template <std::size_t kCount>
void AddAll(const Described (&list)[kCount], ManualPage& page) {
  for (const Described& one : list) page.Item(one.name, "", one.help);
}

}  // namespace

std::string ProgramPage() {
  const std::vector<DocumentedCommand> commands = DocumentedCommands();
  ManualPage page("maillog_exporter", "1", "Prometheus exporter for mail server logs");
  page.Section("SYNOPSIS");
  page.Usage("[FLAG...] [PATH...]");
  for (const DocumentedCommand& command : commands) page.Usage(UsageOf(command));
  page.Usage("help [COMMAND]");
  page.Section("DESCRIPTION");
  page.Paragraph(Joined(
      {kProgramHelp,
       " It follows the logs of Postfix, Dovecot, PMailServer and E-Post Mail Server: how much "
       "mail "
       "was sent, bounced and "
       "deferred, why, and how long it took; how much was rejected on arrival; how many logins "
       "failed; and what was fetched "
       "over POP3 and IMAP. No label holds an address, a user name, an IP address or a queue "
       "id."}));
  page.Paragraph(Joined({"Without a PATH it follows whichever of ", Listed(kUsualLogs),
                         " was written to last, or the systemd journal if there is none. Once it "
                         "has found mail in the "
                         "journal, it stays with that, also if a log comes up."}));
  page.Section("COMMANDS");
  for (const DocumentedCommand& command : commands) {
    std::string help(command.help);
    if (!command.what_help.empty()) help += Joined({" WHAT: ", command.what_help});
    if (!command.path_help.empty()) help += Joined({" PATH: ", command.path_help});
    page.Item(command.name, "", help);
  }
  page.Item("help", " [COMMAND]", "Show the flags of a command.");
  page.Section("FLAGS");
  page.Paragraph("A value is written after = or as the next word.");
  std::vector<const Flag*> common;
  for (const Flag& flag : kFlags) {
    if (flag.takers == kAnyCommand) common.push_back(&flag);
  }
  page.Subsection("Of every command");
  for (const Flag* const flag : common) AddFlag(*flag, page);
  AddFlag(kHelpFlag, page);
  AddFlag(kVersionFlag, page);
  for (const DocumentedCommand& command : commands) {
    std::vector<const Flag*> own;
    std::copy_if(command.flags.begin(), command.flags.end(), std::back_inserter(own),
                 [](const Flag* flag) { return flag->takers != kAnyCommand; });
    if (own.empty()) continue;
    page.Subsection(Joined({"Of ", command.name}));
    if (command.name == "check-config") {
      page.Paragraph("The same as for serve.");
      continue;
    }
    for (const Flag* const flag : own) AddFlag(*flag, page);
  }
  page.Section("SIGNALS");
  AddAll(kSignals, page);
  page.Section("ENVIRONMENT");
  AddAll(kEnvironment, page);
  page.Section("FILES");
  AddAll(kFiles, page);
  page.Section("EXIT STATUS");
  AddAll(kStatuses, page);
  page.Section("EXAMPLES");
  page.Example(
      "maillog_exporter /var/log/mail.log\n"
      "maillog_exporter count --summary --since=yesterday /var/log/mail.log*\n"
      "maillog_exporter explain --unknown /var/log/mail.log\n"
      "maillog_exporter trace 4B94D1B2CE8\n"
      "maillog_exporter report --day=yesterday\n"
      "maillog_exporter backfill --out=history --instance=mx1.example.com:9025\n"
      "curl http://localhost:9025/metrics\n");
  page.Section("SEE ALSO");
  page.Paragraph("maillog_exporter.yml(5), journalctl(1), logrotate(8)");
  return page.Take();
}

std::string ConfigPage() {
  ManualPage page("maillog_exporter.yml", "5", "configuration of maillog_exporter");
  page.Section("DESCRIPTION");
  page.Paragraph(
      "A YAML file for maillog_exporter(1), named by --config.file: which logs to follow, "
      "instead "
      "of those named on the "
      "command line. SIGHUP reads it again. No counter is reset; if the new file has a fault, "
      "the "
      "old one stays in force, "
      "and the metric maillog_config_last_reload_successful is 0.");
  page.Paragraph(
      "maillog_exporter check-config --config.file=FILE says what the file amounts to, or which "
      "line has a fault.");
  page.Section("KEYS");
  page.Item("sources:", " [...]",
            "The list of sources; each needs path or paths and nothing else.");
  page.Item("queue:", " [...]",
            "The list of Postfix's queues that are read as well; without it, none.");
  page.Subsection("Of a source");
  AddKeys(SourceKeys(), page);
  page.Subsection("Of a queue");
  AddKeys(QueueKeys(), page);
  page.Section("EXAMPLES");
  page.Example(
      "sources:\n"
      "  - path: /var/log/mail.log\n"
      "  - name: relay\n"
      "    paths: [/srv/log/relay/*.log]\n"
      "    labels: {site: osaka}\n"
      "queue:\n"
      "  - showq: /var/spool/postfix\n");
  page.Section("SEE ALSO");
  page.Paragraph("maillog_exporter(1)");
  return page.Take();
}

}  // namespace maillog
