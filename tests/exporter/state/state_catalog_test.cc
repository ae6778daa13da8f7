// A state that was written when the catalog had other rows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// ---- other versions

TEST_F(StateStoreTest, ARenamedRowKeepsItsTotals) {
  Save(FullState());
  RowInfo renamed = kCounter;
  renamed.name = "maillog_items_total";
  renamed.was = kCounter.name;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({renamed, kHistogram});
    absl::StatusOr<SavedState> state = store->Load();
    EXPECT_EQ(state->totals->CounterValue(renamed.name, {"postfix", "a \"b\" \\ c\nd"}), 3);
    ASSERT_TRUE(store->Save(*state).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE metric='maillog_things_total'"), 0);
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE metric='maillog_items_total'"), 3);
}

TEST_F(StateStoreTest, AnUnknownRowStaysForTheVersionThatKnowsIt) {
  Save(FullState());
  {
    const auto store = Open({kHistogram});
    SavedState state = *store->Load();
    EXPECT_FALSE(state.totals->families().contains(kCounter.name));
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState()));
}

TEST_F(StateStoreTest, ARowThatIsNowOfAnotherTypeBeginsAnew) {
  Save(FullState());
  RowInfo other = kHistogram;
  other.name = kCounter.name;
  {
    const auto store = Open({other});
    SavedState state = *store->Load();
    EXPECT_FALSE(state.totals->families().contains(kCounter.name));
    auto totals = std::make_shared<Samples>();
    totals->AddHistogram(other, {"postfix", ""}, {.buckets = {1, 0, 0, 0}, .count = 1, .sum = 5});
    state.totals = totals;
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_THAT(TextOf(Loaded({other})), HasSubstr("maillog_things_total{server=\"postfix\"} 1 5"));
}

TEST_F(StateStoreTest, LabelsAreKnownByName) {
  Save(FullState());
  static constexpr std::array<std::string_view, 3> kTurned{"new", "kind", "server"};
  RowInfo turned = kCounter;
  turned.label_names = kTurned;
  {
    const auto store = Open({turned});
    const SavedState state = *store->Load();
    EXPECT_EQ(state.totals->CounterValue(kCounter.name, {"", "a \"b\" \\ c\nd", "postfix"}), 3);
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState()));
}

TEST_F(StateStoreTest, SeriesThatDifferInALabelThatIsGoneAreAddedUp) {
  SavedState state;
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kCounter, {"postfix", "a"}, 3);
  totals->AddCounter(kCounter, {"postfix", "b"}, 4);
  totals->AddCounter(kCounter, {"postfix", ""}, 5);
  state.totals = totals;
  Save(state);
  static constexpr std::array<std::string_view, 1> kFewer{"server"};
  RowInfo fewer = kCounter;
  fewer.label_names = kFewer;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({fewer});
    const SavedState loaded = *store->Load();
    EXPECT_EQ(loaded.totals->CounterValue(kCounter.name, {"postfix"}), 12);
    ASSERT_TRUE(store->Save(loaded).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series"), 1);
}

TEST_F(StateStoreTest, ALabelThatIsNoUtf8BecomesItsBytes) {
  SavedState state;
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kCounter, {"a\xFF", ""}, 3);
  totals->AddCounter(kCounter, {"a\xFE", ""}, 4);
  state.totals = totals;
  Save(state);
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({kCounter});
    const SavedState loaded = *store->Load();
    EXPECT_EQ(loaded.totals->families().at(kCounter.name).series.size(), 2);
    EXPECT_EQ(loaded.totals->CounterValue(kCounter.name, {"a\\xff", ""}), 3);
    EXPECT_EQ(loaded.totals->CounterValue(kCounter.name, {"a\\xfe", ""}), 4);
    ASSERT_TRUE(store->Save(loaded).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series"), 2);
}

TEST_F(StateStoreTest, WhatALabelCannotHoldAnyMoreIsAddedToOther) {
  static constexpr std::array<std::string_view, 1> kOpen{"transport"};
  constexpr RowInfo kSent{.name = "maillog_sent_total", .label_names = kOpen};
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kSent, {"user1@example.com"}, 3);
  totals->AddCounter(kSent, {"127.0.0.1[127.0.0.1]:10025"}, 4);
  totals->AddCounter(kSent, {"other"}, 5);
  totals->AddCounter(kSent, {"relay"}, 6);
  totals->AddCounter(kSent, {""}, 7);
  totals->AddCounter(kSent, {"relay", "log_host", "user1@example.com"}, 8);
  totals->AddCounter(kSent, {"192.0.2.1", "log_host", "192.0.2.1"}, 9);
  totals->AddCounter(kSent, {"relay", "site", "a/b"}, 10);
  SavedState state;
  state.totals = totals;
  {
    const auto store = Open({kSent});
    ASSERT_TRUE(store->Load().ok());
    ASSERT_TRUE(store->Save(state).ok());
  }
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({kSent});
    const SavedState loaded = *store->Load();
    const auto value = [&](const LabelValues& labels) {
      return loaded.totals->CounterValue(kSent.name, labels);
    };
    EXPECT_EQ(value({"other"}), 12);
    EXPECT_EQ(value({"relay"}), 6);
    EXPECT_EQ(value({""}), 7);
    EXPECT_EQ(value({"relay", "log_host", "other"}), 8);
    EXPECT_EQ(value({"other", "log_host", "192.0.2.1"}), 9);
    EXPECT_EQ(value({"relay", "site", "a/b"}), 10) << "a label of the user's own";
    ASSERT_TRUE(store->Save(loaded).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series"), 6);
  EXPECT_EQ(Ask("SELECT sum(value) FROM series"), 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10);
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE labels LIKE '%@%' OR labels LIKE '%127.0%'"), 0);
}

TEST_F(StateStoreTest, OtherBucketsTakeOverWhatIsCertain) {
  Save(FullState(3));
  static constexpr std::array<std::int64_t, 3> kOther{10, 15, 30};
  RowInfo other = kHistogram;
  other.bounds = kOther;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({other});
    const SavedState state = *store->Load();
    const auto& value = std::get<HistogramValue>(
        state.totals->families().at(other.name).series.at({"dovecot", "x"}));
    EXPECT_THAT(value.buckets, testing::ElementsAre(1, 0, 3, 4));
    EXPECT_EQ(value.count, 8);
    EXPECT_EQ(value.sum, -9'000'000'000);
    ASSERT_TRUE(store->Save(state).ok());
  }
}

TEST(StateRowsTest, BucketsGoToTheBoundThatHoldsThem) {
  const BoundedBuckets from{.bounds = {10, 20, 30}, .buckets = {1, 2, 3, 4}};
  EXPECT_THAT(Rebucket(from, std::vector<std::int64_t>{20}), testing::ElementsAre(3, 7));
  EXPECT_THAT(Rebucket(from, std::vector<std::int64_t>{5, 10, 15, 20, 30, 40}),
              testing::ElementsAre(0, 1, 0, 2, 3, 0, 4));
}

TEST(StateRowsTest, TextsThatAreNotOfTheFormAreRefused) {
  for (const char* text :
       {"a", "a=", "a=\"", "a=\"b", "=\"b\"", "a=\"b\",", "a=\"b\"c", ",", "a=b", "a=\"b\\"}) {
    EXPECT_FALSE(ParseLabels(text).has_value()) << text;
  }
  for (const char* text : {"", "1:2", "1:2,", "+Inf:", "+Inf:1,", "2:1,1:1,+Inf:0",
                           "1:1,1:1,+Inf:0", "1:-1,+Inf:0", "x:1,+Inf:0", "+Inf:1,5:1"}) {
    EXPECT_FALSE(ParseBuckets(text).has_value()) << text;
  }
  Head::Saved head;
  for (const char* text : {"", "1 2 3 4", "1 2 3 4 5 6", "1 2 3 4 x"}) {
    EXPECT_FALSE(ParseRungs(text, head)) << text;
  }
}

}  // namespace
}  // namespace maillog::test
