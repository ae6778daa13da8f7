// From lines to the mails of each queue.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "exporter/trace/mails.h"
#include "parser/dialect/record_parser.h"

namespace maillog {

/// The record that a text was read from, without its stamp. Views into the text.
[[nodiscard]] Record RecordOf(const TracedText& text);

/// Takes lines in the order of the log. A queue id that comes again after its mail was removed, or
/// that begins again, is another mail.
class QueuedMails {
 public:
  explicit QueuedMails(const TraceWhat& what) : what_(what) {}

  void Add(const TracedText& text, std::size_t index, const TraceLine& line);
  [[nodiscard]] std::vector<QueuedMail>& all() { return mails_; }

 private:
  [[nodiscard]] std::size_t MailOf(const TracedText& text, const TraceLine& line);
  void AddDelivery(const TracedText& text, std::size_t index, const TraceLine& line,
                   std::size_t mail);

  const TraceWhat& what_;
  RecordParser parser_;
  std::vector<QueuedMail> mails_;
  std::map<std::string, std::size_t> latest_;  ///< by host, instance and queue id
  /// By mail and address: the index in the mail's recipients.
  std::map<std::tuple<std::size_t, std::string, std::string>, std::size_t> recipients_;
};

}  // namespace maillog
