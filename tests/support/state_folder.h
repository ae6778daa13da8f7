// A temporary state directory for a test, and states to put there.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "exporter/state/sqlite_state_store.h"
#include "exporter/state/state_database.h"
#include "exporter/state/state_rows.h"
#include "exporter/state/stored_state.h"
#include "metrics/catalog/catalog.h"

namespace maillog::test {

/// Removed with the test.
class StateFolder {
 public:
  StateFolder() {
    std::string name = ::testing::TempDir() + "maillog-state-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~StateFolder() {
    std::error_code ignored;
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(folder_, ignored);
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;

  [[nodiscard]] std::string path(const std::string& name = "state") const {
    return folder_ + "/" + name;
  }

 private:
  std::string folder_;
};

[[nodiscard]] inline std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline void WriteWhole(const std::string& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

[[nodiscard]] inline absl::StatusOr<std::unique_ptr<SqliteStateStore>> OpenStore(
    const std::string& directory, OnDamage on_damage = OnDamage::kRefuse,
    std::vector<RowInfo> catalog = AllRows()) {
  return SqliteStateStore::Open(
      {.directory = directory, .on_damage = on_damage, .catalog = std::move(catalog), .now = [] {
         return std::int64_t{1'795'000'000};
       }});
}

[[nodiscard]] inline std::string TextOf(const SavedMails& mails) {
  std::ostringstream text;
  text << "mails " << mails.salt.first << ' ' << mails.salt.second << ' ' << mails.lines << ' '
       << int{mails.filters} << ' ' << mails.since << ' ' << mails.covers << '\n';
  for (const MailScope& scope : mails.scopes)
    text << "scope " << scope.host << ' ' << scope.syslog_name << ' ' << scope.named[0] << ' '
         << scope.named[1] << ' ' << scope.named[2] << '\n';
  for (std::size_t slot = 0; slot < mails.pages.size() * MailPage::kSlots; ++slot) {
    const Mail& m = mails.pages[slot / MailPage::kSlots]->mails[slot % MailPage::kSlots];
    if (m.id == 0) continue;
    text << "mail " << slot << ' ' << m.id << ' ' << m.parent << ' ' << m.order << ' ' << m.tried_us
         << ' ' << m.handed_us << ' ' << m.parts_us << ' ' << m.size_bytes << ' ' << m.since << ' '
         << m.flags << ' ' << m.recipients << ' ' << m.finals << ' ' << m.runs << ' ' << m.late_at
         << ' ' << m.parts << ' ' << m.unseen << ' ' << m.parts_ever << ' ' << m.put_off << ' '
         << int{m.scope} << ' ' << static_cast<int>(m.origin) << ' ' << static_cast<int>(m.list)
         << ' ' << int{m.link} << '\n';
  }
  return text.str();
}

[[nodiscard]] inline std::string TextOf(const SavedActivity& activity) {
  std::ostringstream text;
  for (std::size_t place = 0; place < activity.parts.size(); ++place) {
    if (activity.parts[place] == nullptr || activity.parts[place]->empty()) continue;
    text << "activity " << place << std::hex;
    for (const char byte : *activity.parts[place])
      text << ' ' << int{static_cast<unsigned char>(byte)};
    text << std::dec << '\n';
  }
  return text.str();
}

/// Everything durable in a state, as text.
[[nodiscard]] inline std::string TextOf(const SavedState& state) {
  std::ostringstream text;
  for (const auto& [name, source] : state.sources) {
    text << "source " << name << ' ' << DelFormText(source.del_form) << '\n';
    for (const Bookmark& b : source.bookmarks) {
      text << b.number << ' ' << b.path << ' ' << b.id.device << ' ' << b.id.inode << ' '
           << b.offset << ' ' << b.finished << ' ' << b.head.length() << ' ' << b.head.hash() << ' '
           << RungsText(b.head.Save()) << ' ' << b.window.length << ' ' << b.window.hash << ' '
           << b.changed_ns << ' ' << b.id.born_ns << '\n';
    }
    for (const KnownValue& known : *source.values) {
      text << known.host << ' ' << known.label << ' ' << known.value << '\n';
    }
    if (source.mails != nullptr) text << TextOf(*source.mails);
    if (source.activity != nullptr) text << TextOf(*source.activity);
  }
  for (const auto& [name, family] : state.totals->families()) {
    if (family.row.lifetime != Lifetime::kDurable) continue;
    for (const auto& [labels, value] : family.series) {
      const SeriesRow row = RowOf(family.row, labels, value, 0);
      text << name << '{' << row.labels << "} " << row.value << ' ' << row.sum.value_or(0) << ' '
           << row.buckets << '\n';
    }
  }
  return text.str();
}

}  // namespace maillog::test
