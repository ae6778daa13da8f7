#include "exporter/command/report_words.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>

#include "absl/strings/match.h"

namespace maillog {
namespace {

struct Word {
  std::string_view key;
  std::string_view english;
  std::string_view japanese;
};
/// THE LIST.
constexpr Word kWords[] = {
    {"title", "Mail report", "メールレポート"},
    {"from", "from", "開始"},
    {"to", "to", "終了"},
    {"totals", "Totals", "合計"},
    {"by_day", "By day", "日別"},
    {"by_hour", "By hour of the day", "時間帯別"},
    {"without_time", "without a time", "時刻なし"},
    {"others", "(others)", "(その他)"},
    {"all", "in all", "計"},
    {"nothing", "nothing in this part of the log", "この期間のログには何もありません"},
    {"senders", "Senders", "送信者"},
    {"domains", "Recipients' domains", "宛先ドメイン"},
    {"relays", "Next hops", "配送先サーバー"},
    {"clients", "Clients", "接続元"},
    {"users", "Users", "ユーザー"},
    {"failing_clients", "Clients that failed to log in", "ログインに失敗した接続元"},
    {"failing_users", "Users that failed to log in", "ログインに失敗したユーザー"},
    {"slowest", "Slowest deliveries", "時間のかかった配送"},
    {"mails", "mails", "通数"},
    {"recipients", "rcpts", "宛先"},
    {"bytes", "size", "サイズ"},
    {"received", "received", "受付"},
    {"sent", "sent", "配送"},
    {"deferred", "deferred", "遅延"},
    {"bounced", "bounced", "不達"},
    {"rejected", "rejected", "拒否"},
    {"logins", "logins", "ログイン"},
    {"failed", "failed", "失敗"},
    {"failed_logins", "auth fail", "認証失敗"},
    // topics of the totals
    {"messages", "log messages", "ログの行"},
    {"deliveries", "deliveries", "配送の試み"},
    {"reasons", "reasons", "理由"},
    {"receivers", "receivers", "相手先"},
    {"not taken by", "not taken by", "受け取らなかった相手先"},
    {"refused by", "refused by policy", "拒否したポリシー"},
    {"over SMTP", "over SMTP", "SMTP の受信"},
    {"rejects", "rejects", "受信拒否"},
    {"queue", "queue", "キュー"},
    {"sessions", "mailbox sessions", "メールボックスのセッション"},
    {"delivered to", "local delivery", "ローカル配送"},
    {"MTA reports", "PMailServer's MTA reports", "PMailServer の MTA レポート"},
    {"trouble", "trouble", "警告とエラー"},
};

// `ja`, `ja_JP.UTF-8`, `ja_JP.utf8@modifier`; not `ja_JP.eucJP` or `ja_JP.SJIS`.
bool IsJapaneseInUtf8(std::string_view locale) {
  if (!locale.starts_with("ja")) return false;
  const std::size_t dot = locale.find('.');
  if (dot == std::string_view::npos) return true;  // it does not say
  std::string_view charset = locale.substr(dot + 1);
  charset = charset.substr(0, charset.find('@'));
  return absl::EqualsIgnoreCase(std::string(charset), "UTF-8") ||
         absl::EqualsIgnoreCase(std::string(charset), "utf8");
}

}  // namespace

std::string_view ReportWord(std::string_view key, Language language) {
  const auto* const found = std::find_if(std::begin(kWords), std::end(kWords),
                                         [key](const Word& word) { return word.key == key; });
  if (found == std::end(kWords)) return key;
  return language == Language::kJapanese ? found->japanese : found->english;
}

Language LanguageOfEnvironment() {
  for (const char* const name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* const said = std::getenv(name);
    if (said == nullptr || *said == '\0') continue;
    return IsJapaneseInUtf8(said) ? Language::kJapanese : Language::kEnglish;
  }
  return Language::kEnglish;
}

}  // namespace maillog
