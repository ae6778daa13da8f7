// Texts, and the reasons that they give by themselves, without codes.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>

#include "parser/reason.h"

namespace maillog {

struct ReasonSample {
  std::string_view text;
  Reason reason;
};

inline void CheckReasons(std::initializer_list<ReasonSample> samples) {
  for (const ReasonSample& sample : samples) {
    EXPECT_EQ(Text(ReasonOf(sample.text, DsnCode{}, ReplyCode{})), Text(sample.reason))
        << sample.text;
  }
}

}  // namespace maillog
