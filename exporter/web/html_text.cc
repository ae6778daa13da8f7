#include "exporter/web/html_text.h"

#include "parser/encoding.h"

namespace maillog {

std::string HtmlText(std::string_view text) {
  std::string valid;
  AppendValidUtf8(valid, text);
  std::string out;
  for (const char c : valid) {
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

std::string HtmlWithCode(std::string_view text) {
  std::string out;
  bool is_code = false;
  while (true) {
    const std::size_t end = text.find('`');
    out += HtmlText(text.substr(0, end));
    if (end == std::string_view::npos) break;
    is_code = !is_code;
    out += is_code ? "<code>" : "</code>";
    text.remove_prefix(end + 1);
  }
  if (is_code) out += "</code>";
  return out;
}

std::string Filled(std::string html, std::string_view mark, std::string_view text) {
  for (std::size_t at = html.find(mark); at != std::string::npos;
       at = html.find(mark, at + text.size())) {
    html.replace(at, mark.size(), text);
  }
  return html;
}

}  // namespace maillog
