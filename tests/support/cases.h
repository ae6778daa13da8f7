// Case files: a log line, and under it the event that it must become.
//
//   # a comment
//   Apr 23 12:31:16 mx postfix/qmgr[7663]: 031B97815E: removed
//   = queue_removed server=postfix syslog_name=postfix
//
// A `=` line may be missing in a new case. With MAILLOG_REWRITE=1 in the environment the files are
// rewritten with what the code says; the git diff is the review. In lines, `\xHH` means a byte and
// `\\` a backslash.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::test {

struct Case {
  std::string file;
  int line_number = 0;
  std::string line;      ///< unescaped bytes, without newline
  std::string expected;  ///< without `= `
};

/// All cases of tests/cases/<folder>/*.txt, in the order of file names.
[[nodiscard]] std::vector<Case> ReadCases(std::string_view folder);

/// What a line becomes, as text.
using LineText = std::function<std::string(const std::string& line)>;

/// Expects that the line of each case in a folder becomes what the case says (or rewrites the
/// files).
void CheckLines(std::string_view folder, const LineText& text_of);

/// What the program makes of a record.
[[nodiscard]] Event EventOf(const Record& record);

/// Runs all cases of a folder (or rewrites them) as the program does: a gtest failure for each that
/// becomes a different event than expected.
void CheckCases(std::string_view folder);

/// What a line becomes, as text; `xN` is appended for a line that counts N times.
[[nodiscard]] std::string Explain(std::string_view line);

/// The test against catch-all rules: no line may keep its event when the first fixed word of its
/// message is replaced by `zzz`. `first_word` finds that word in a record's message (an empty view:
/// the case is exempt). Cases that are already foreign, malformed or unknown are skipped.
void CheckNoCatchAll(std::string_view folder,
                     const std::function<std::string_view(const Record&)>& first_word);

}  // namespace maillog::test
