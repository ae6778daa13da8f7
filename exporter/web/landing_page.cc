#include "exporter/web/landing_page.h"

namespace maillog {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Link(std::string_view path, std::string_view what) {
  const std::string escaped = Escaped(path);
  return "  <li><a href=\"" + escaped + "\">" + escaped + "</a>: " + std::string(what) + "</li>\n";
}

}  // namespace

std::string LandingPage(std::string_view version, std::string_view telemetry_path) {
  return R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>maillog_exporter</title>
</head>
<body>
<h1>maillog_exporter</h1>
<p>Counts what mail-server logs say, for Prometheus. Version )" +
         Escaped(version) + ".</p>\n<ul>\n" + Link(telemetry_path, "the metrics") +
         Link("/-/healthy", "the process is alive") +
         Link("/-/ready", "the logs can be read, and have been as far as they stood at start") +
         Link("/-/version", "what this program is") + "</ul>\n</body>\n</html>\n";
}

}  // namespace maillog
