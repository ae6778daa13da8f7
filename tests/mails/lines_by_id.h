// The lines of single mails in a recorded log.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace maillog::test {

/// The lines of single mails, by the text alone: those with one queue id, and with the ids that
/// they say it went on as or was before.
class LinesById {
 public:
  explicit LinesById(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) Add(line);
  }

  /// Of an instance: the mails that one became, from the first line to the last.
  [[nodiscard]] std::string Of(const std::string& instance, const std::string& id) const {
    std::set<std::string> ids;
    std::vector<std::string> left{instance + ' ' + id};
    while (!left.empty()) {
      const std::string next = left.back();
      left.pop_back();
      if (!lines_.contains(next) || !ids.insert(next).second) continue;
      for (auto [link, end] = links_.equal_range(next); link != end; ++link)
        left.push_back(link->second);
    }
    std::map<int, std::string> sorted;
    for (const std::string& one : ids)
      for (const auto& [number, line] : lines_.at(one)) sorted[number] = line;
    std::string text;
    for (const auto& [number, line] : sorted) text += line + '\n';
    return text;
  }
  /// The service of smtpd or the other program that took it, `postfix/submission/smtpd`.
  [[nodiscard]] std::string TakenBy(const std::string& instance, const std::string& id) const {
    const auto found = taken_by_.find(instance + ' ' + id);
    return found == taken_by_.end() ? "" : found->second;
  }
  /// Instances that have mails with this id.
  [[nodiscard]] std::vector<std::string> InstancesOf(const std::string& id) const {
    std::vector<std::string> found;
    for (const std::string instance : {"postfix", "postfix-out", "postfix-edge"})
      if (lines_.contains(instance + ' ' + id)) found.push_back(instance);
    return found;
  }

 private:
  static std::string Word(const std::string& line, std::size_t at) {
    const std::size_t end = line.find_first_not_of(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", at);
    return line.substr(at, end == std::string::npos ? end : end - at);
  }

  void Add(const std::string& line) {
    const std::size_t program_at = line.find(" postfix");
    const std::size_t pid_at = line.find('[', program_at);
    const std::size_t id_at = line.find("]: ", pid_at);
    if (program_at == std::string::npos || id_at == std::string::npos) return;
    const std::string program = line.substr(program_at + 1, pid_at - program_at - 1);
    const std::string id = Word(line, id_at + 3);
    if (id.size() < 8 || line.compare(id_at + 3 + id.size(), 2, ": ") != 0) return;
    const std::string instance = program.substr(0, program.find('/'));
    const std::string key = instance + ' ' + id;
    lines_[key].emplace_back(++number_, line);
    if (line.find(": client=", id_at) == id_at + 3 + id.size()) taken_by_.emplace(key, program);
    for (const std::string word :
         {" queued as ", "(forwarded as ", ", orig_queue_id=", " orig_id="}) {
      const std::size_t at = line.rfind(word);
      if (at == std::string::npos) continue;
      const std::string other = instance + ' ' + Word(line, at + word.size());
      links_.emplace(key, other);
      links_.emplace(other, key);
    }
  }

  int number_ = 0;
  std::map<std::string, std::vector<std::pair<int, std::string>>> lines_;
  std::multimap<std::string, std::string> links_;
  std::map<std::string, std::string> taken_by_;
};

}  // namespace maillog::test
