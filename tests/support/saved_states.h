// States with something in every field, and a store to keep them in.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "activity/activity.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/state_folder.h"

namespace maillog::test {

inline constexpr std::array<std::string_view, 2> kLabels{"server", "kind"};
inline constexpr std::array<std::int64_t, 3> kBounds{10, 20, 30};
inline constexpr RowInfo kCounter{.name = "maillog_things_total", .label_names = kLabels};
inline constexpr RowInfo kHistogram{.name = "maillog_thing_seconds",
                                    .type = RowType::kHistogram,
                                    .label_names = kLabels,
                                    .bounds = kBounds,
                                    .unit = Unit::kMicros};

/// All rows, and these two.
[[nodiscard]] inline std::vector<RowInfo> CatalogAndTwo() {
  std::vector<RowInfo> rows = AllRows();
  rows.push_back(kCounter);
  rows.push_back(kHistogram);
  return rows;
}

/// With a value in every field.
[[nodiscard]] inline Bookmark FullBookmark(BookmarkNumber number) {
  Bookmark bookmark{
      .number = number,
      .path = "/var/log/m\xffil \"log\"",
      .id = {.device = std::numeric_limits<std::uint64_t>::max(),
             .inode = 77,
             .born_ns = 1'795'000'000'123'456'789 + static_cast<std::int64_t>(number)},
      .offset = 5000 + number};
  bookmark.head.Extend(std::string(700, 'h') + std::to_string(number));
  bookmark.window = {.length = 200, .hash = 0xfedcba9876543210ULL};
  bookmark.given_up = StreamSet(number % 2 == 0 ? 2 : 6);
  bookmark.cursor = "s=0123;i=" + std::to_string(number);
  bookmark.finished = number % 2 == 0;
  bookmark.changed_ns = -9'000'000'000 * static_cast<std::int64_t>(number);
  return bookmark;
}

/// With a value in every field, and some mails that depend on `count`.
[[nodiscard]] inline std::shared_ptr<const SavedMails> FullMails(std::uint64_t count) {
  auto page = std::make_shared<MailPage>();
  page->mails[3] = {.id = 0xfedcba9876543210,
                    .parent = count,
                    .order = 7,
                    .tried_us = -1,
                    .handed_us = 5'000'000'000,
                    .parts_us = 1,
                    .size_bytes = Mail::kNoSize,
                    .since = -77,
                    .flags = 0xffffffff,
                    .recipients = 0xfffffffe,
                    .finals = 0xfffffffd,
                    .runs = static_cast<std::uint32_t>(count),
                    .late_at = 0xfffffffb,
                    .parts = 0xffff,
                    .unseen = 0xfffe,
                    .parts_ever = 0xfffd,
                    .put_off = 0xfffc,
                    .scope = Mail::kAnyScope,
                    .origin = MailOrigin::kNotice,
                    .list = MailList::kOver,
                    .link = 4};
  if (count % 2 == 1)
    page->mails[31] = {.id = 1, .order = count, .scope = 1, .list = MailList::kBegun};
  return std::make_shared<const SavedMails>(
      SavedMails{.salt = {0xfedcba9876543210, 2},
                 .lines = count,
                 .filters = 3,
                 .since = -5,
                 .covers = count % 2 == 0,
                 .scopes = {{"mx", "postfix", {3, 0, 0xFFFFFFFF}}, {"", "postfix-out", {}}},
                 .pages = {std::make_shared<MailPage>(), page}});
}

/// With something in every field of every kind of part, and something that depends on `count`.
[[nodiscard]] inline std::shared_ptr<const SavedActivity> FullActivity(std::uint64_t count) {
  Activity activity;
  const auto apply = [&activity](ActivityStep step, std::uint64_t id, WhoId who,
                                 std::uint32_t times) {
    activity.Apply(
        {.id = id, .who = who, .count = times, .step = step, .sender = SenderKind::kLocal},
        "2026-11-21T10:00:00+09:00");
  };
  apply(ActivityStep::kFailedLogin, 0xfedcba9876543210, 0xffffffffffffffff,
        static_cast<std::uint32_t>(count));
  for (const MailId id : {MailId{0xf0}, MailId{0xf1}}) apply(ActivityStep::kMailBegun, id, 7, 0);
  apply(ActivityStep::kMailQueued, 0xf0, 0, 3);
  if (count % 2 == 1) apply(ActivityStep::kMailBegun, 0xf2, count, 0);
  return std::make_shared<const SavedActivity>(activity.Save());
}

[[nodiscard]] inline SavedState FullState(std::uint64_t count = 3) {
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kCounter, {"postfix", "a \"b\" \\ c\nd"}, count);
  totals->AddCounter(kCounter, {"postfix", ""}, 0);
  totals->AddCounter(kCounter, {"", "z"}, std::numeric_limits<std::uint64_t>::max());
  totals->AddHistogram(kHistogram, {"dovecot", "x"},
                       {.buckets = {1, 0, count, 4}, .count = 5 + count, .sum = -9'000'000'000});
  totals->SetGauge(kSourceUp, {"log"}, 1);
  totals->AddCounter(kStateCommits, {}, 12);
  SavedState state{.totals = totals, .sources = {}};
  state.sources["/var/log/mail.log"] = {
      .bookmarks = {FullBookmark(1), FullBookmark(2)},
      .del_form = DelForm::kDeletedBytes,
      .values = std::make_shared<std::vector<KnownValue>>(
          std::vector<KnownValue>{{"", "listener", "smtps"}, {"mx", "transport", "\xff relay"}}),
      .mails = FullMails(count),
      .activity = FullActivity(count)};
  state.sources["other"] = {};
  return state;
}

/// A state with so many counters.
[[nodiscard]] inline SavedState BigState(std::uint64_t count, int series) {
  auto totals = std::make_shared<Samples>();
  for (int i = 0; i < series; ++i) {
    totals->AddCounter(kCounter, {"postfix", "kind" + std::to_string(i)}, count);
  }
  SavedState state{.totals = totals, .sources = {}};
  state.sources["log"] = {.bookmarks = {FullBookmark(count)}};
  return state;
}

/// A store in a temporary directory of the test.
class StateStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<SqliteStateStore> Open(
      std::vector<RowInfo> catalog = CatalogAndTwo()) const {
    auto opened = OpenStore(directory, OnDamage::kRefuse, std::move(catalog));
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  [[nodiscard]] SavedState Loaded(std::vector<RowInfo> catalog = CatalogAndTwo()) const {
    const auto store = Open(std::move(catalog));
    absl::StatusOr<SavedState> state = store->Load();
    EXPECT_TRUE(state.ok()) << state.status();
    return state.ok() ? *std::move(state) : SavedState{};
  }
  void Save(const SavedState& state) const {
    const auto store = Open();
    ASSERT_TRUE(store->Load().ok());
    const absl::Status saved = store->Save(state);
    ASSERT_TRUE(saved.ok()) << saved;
  }
  [[nodiscard]] std::int64_t Ask(const char* sql) const {
    auto database = SqliteDatabase::Open(StateFile(directory), SqliteDatabase::Access::kRead);
    return *(*database)->Integer(sql);
  }
  void Change(const char* sql) const {
    auto database = SqliteDatabase::Open(StateFile(directory), SqliteDatabase::Access::kReadWrite);
    const absl::Status changed = (*database)->Execute(sql);
    ASSERT_TRUE(changed.ok()) << changed;
  }

  StateFolder folder;
  const std::string directory = folder.path();
};

}  // namespace maillog::test
