#include "exporter/input/journal/libsystemd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string FaultOf(const char* file) {
  const absl::StatusOr<Libsystemd> loaded = LoadLibsystemd(file);
  return loaded.ok() ? std::string() : std::string(loaded.status().message());
}

TEST(LibsystemdTest, ThatIsMissingIsNamedWithWhatToDo) {
  EXPECT_THAT(FaultOf("libsystemd-that-is-not-there.so.0"),
              AllOf(HasSubstr("libsystemd-that-is-not-there.so.0"),
                    HasSubstr("install libsystemd, or follow a file")));
}

TEST(LibsystemdTest, AnotherLibraryIsNotTakenForIt) {
  EXPECT_EQ(FaultOf("libc.so.6"),
            "the journal is read by libsystemd, and libc.so.6 has no sd_journal_open; update it, "
            "or follow a file");
}

TEST(LibsystemdTest, HasEveryFunctionThatIsUsed) {
  const absl::StatusOr<const Libsystemd*> loaded = TheLibsystemd();
  if (!loaded.ok()) GTEST_SKIP() << loaded.status();
  sd_journal* journal = nullptr;
  EXPECT_LT((*loaded)->open_directory(&journal, "/nowhere", 0), 0);
}

}  // namespace
}  // namespace maillog
