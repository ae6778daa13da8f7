// The mail_log plugin: what was done to a message or a mailbox. None of it is counted: that would
// count twice what the ends of sessions report.
//
//   2.0-2.3  expunge: box=INBOX, uid=5, msgid=<…>, size=2345
//   2.4      Mailbox INBOX: expunge: uid=5, msgid=<…>, size=2345
//   1.x      copy -> Trash: uid=5, msgid=<…>
#include <array>

#include "parser/beginnings.h"
#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

struct Beginning {
  std::string_view text;
};
constexpr Beginnings kEvents(std::to_array<Beginning>({
    {"expunge: "},
    {"delete: "},
    {"flag_change: "},
    {"save: "},
    {"copy from "},
    {"autoexpunge: "},
    {"undelete: "},
    {"copy -> "},
    {"expunged: "},
    {"deleted: "},
    {"undeleted: "},
}));

/// After `Mailbox NAME: `.
constexpr FormTable kMailboxForms(std::to_array<Form>({
    {"Mailbox created"},
    {"Mailbox deleted"},
    {"Mailbox renamed: %s -> %s"},
    {"UIDVALIDITY changed (%d -> %d), resetting private index"},
    {"UID %d: %s - ignoring"},
    {"UID %d: Expunge"},
    {"Index is already up to date"},
}));

bool IsMessageEvent(std::string_view text) {
  const Beginning* const event = kEvents.Find(text);
  if (event == nullptr) return false;
  text.remove_prefix(event->text.size());
  return text.find("uid") != text.npos || text.find("box=") != text.npos ||
         text.find("msgid") != text.npos || text.find("size=") != text.npos;
}

/// After `Mailbox `. A mailbox's name may hold `: `.
bool IsMailboxEvent(std::string_view text) {
  if (text == "created" || text == "deleted") return true;
  if (StartsWith(text, "created: ") || StartsWith(text, "deleted: ")) return true;
  if (StartsWith(text, "renamed: ")) return text.find(" -> ") != text.npos;
  std::string_view rest = text;
  for (int i = 0; i < kMaxPlaces && SkipPast(rest, ": "); ++i) {
    if (IsMessageEvent(rest) || kMailboxForms.Match(rest) != nullptr) return true;
  }
  return text.find(" UIDVALIDITY changed (") != text.npos;
}

}  // namespace

bool IsMailLogLine(std::string_view text) {
  return Eat(text, "Mailbox ") ? IsMailboxEvent(text) : IsMessageEvent(text);
}

const FormLookup& MailboxForms() { return kMailboxForms; }

}  // namespace maillog::dovecot
