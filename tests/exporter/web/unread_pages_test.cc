#include "exporter/web/unread_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using SharedPage = std::shared_ptr<const Page>;

SharedPage PageOf(std::size_t bytes) {
  return std::make_shared<const Page>(Page{.body = std::string(bytes, 'x')});
}

TEST(UnreadPagesTest, TheOldestAreGivenUpForTheLast) {
  UnreadPages unread(100);
  const SharedPage first = PageOf(40);
  const SharedPage second = PageOf(40);
  const SharedPage third = PageOf(30);
  EXPECT_THAT(unread.Add(first), IsEmpty());
  EXPECT_THAT(unread.Add(second), IsEmpty());
  EXPECT_THAT(unread.Add(third), ElementsAre(first));
  EXPECT_THAT(unread.Add(PageOf(100)), ElementsAre(second, third));
}

TEST(UnreadPagesTest, OneIsHeldHoweverLargeItIs) {
  UnreadPages unread(100);
  const SharedPage large = PageOf(1000);
  EXPECT_THAT(unread.Add(large), IsEmpty());
  const SharedPage larger = PageOf(2000);
  EXPECT_THAT(unread.Add(larger), ElementsAre(large));
}

TEST(UnreadPagesTest, HowManyReadAPageMakesNoDifference) {
  UnreadPages unread(100);
  const SharedPage other = PageOf(30);
  EXPECT_THAT(unread.Add(other), IsEmpty());
  const SharedPage shared = PageOf(60);
  for (int i = 0; i < 20; ++i) EXPECT_THAT(unread.Add(shared), IsEmpty());
}

TEST(UnreadPagesTest, WhatNobodyHasAnyMoreTakesNothing) {
  UnreadPages unread(100);
  const SharedPage slow = PageOf(50);
  EXPECT_THAT(unread.Add(slow), IsEmpty());
  for (int i = 0; i < 20; ++i) EXPECT_THAT(unread.Add(PageOf(50)), IsEmpty());
  EXPECT_THAT(unread.Add(PageOf(51)), ElementsAre(slow));
}

}  // namespace
}  // namespace maillog
