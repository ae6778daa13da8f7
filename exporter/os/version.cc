#include "exporter/os/version.h"

namespace maillog {

std::string_view Version() { return MAILLOG_VERSION; }

std::string_view Compiler() { return MAILLOG_COMPILER; }

std::string VersionText() {
  std::string text = "maillog_exporter ";
  text += Version();
  text += " (";
  text += Compiler();
  text += ")\n";
  return text;
}

}  // namespace maillog
