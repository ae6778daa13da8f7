#include "exporter/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "exporter/default_log.h"
#include "exporter/http_server.h"

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Files that only have a size and a time.
class PaperFiles final : public FileSystem {
 public:
  void Add(const std::string& path, std::int64_t modified_ns, FileKind kind = FileKind::kRegular) {
    stats_[path] = {.kind = kind, .size = 7, .modified_ns = modified_ns};
  }

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override {
    return ErrnoStatus(EACCES, path);
  }
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    return ErrnoStatus(EACCES, "-");
  }
  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    const auto stat = stats_.find(path);
    if (stat == stats_.end()) return ErrnoStatus(ENOENT, path);
    return stat->second;
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    if (!stats_.contains(path)) return ErrnoStatus(ENOENT, path);
    std::vector<std::string> names;
    for (const auto& [name, stat] : stats_) {
      if (name.starts_with(path + "/")) names.push_back(name.substr(path.size() + 1));
    }
    return names;
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override { return path; }
  bool IsRemote(const std::string&) override { return false; }

 private:
  std::map<std::string, FileStat> stats_;
};

std::vector<std::string> PathsOf(const absl::StatusOr<std::vector<SourceOptions>>& sources) {
  std::vector<std::string> paths;
  if (!sources.ok()) return {std::string(sources.status().message())};
  for (const SourceOptions& source : *sources) paths.push_back(source.paths.front());
  return paths;
}

TEST(PlanTest, TheUsualLogWrittenLastIsFollowed) {
  PaperFiles files;
  files.Add("/var/log/maillog", 100);
  files.Add("/var/adm/maillog", 300, FileKind::kDirectory);
  EXPECT_EQ(FindUsualLog(files), "/var/log/maillog");
  files.Add("/var/log/mail.log", 200);
  EXPECT_EQ(FindUsualLog(files), "/var/log/mail.log");
  EXPECT_THAT(PathsOf(PlanSources({}, files)), ElementsAre("/var/log/mail.log"));
}

TEST(PlanTest, WithoutAnyLogOneSentenceSaysWhatToDo) {
  PaperFiles files;
  const auto sources = PlanSources({}, files);
  ASSERT_FALSE(sources.ok());
  EXPECT_THAT(std::string(sources.status().message()), HasSubstr("name the one to follow"));
}

TEST(PlanTest, WhereNoLogIsTheJournalIsFollowed) {
  PaperFiles files;
  files.Add("/run/log/journal", 1, FileKind::kDirectory);
  files.Add("/run/log/journal/0123", 1, FileKind::kDirectory);
  EXPECT_THAT(PathsOf(PlanSources({}, files)), ElementsAre("journal:"));
}

TEST(PlanTest, AnEmptyJournalIsNone) {
  PaperFiles files;
  files.Add("/var/log/journal", 1, FileKind::kDirectory);
  EXPECT_FALSE(PlanSources({}, files).ok());
  files.Add("/run/log/journal", 1, FileKind::kDirectory);
  files.Add("/run/log/journal/0123", 1, FileKind::kDirectory);
  EXPECT_THAT(PathsOf(PlanSources({}, files)), ElementsAre("journal:"));
}

TEST(PlanTest, AFaultInANameIsFoundBeforeAnythingStarts) {
  PaperFiles files;
  for (const std::string path : {"journal:here", "syslog+udp://nowhere:x", "syslog+ftp://a:1"}) {
    Options options;
    options.paths = {path};
    const auto sources = PlanSources(options, files);
    ASSERT_FALSE(sources.ok());
    EXPECT_THAT(std::string(sources.status().message()), HasSubstr(path));
  }
}

TEST(PlanTest, NamedPathsAreTakenOnceAndMayBeMissing) {
  PaperFiles files;
  Options options;
  options.paths = {"b", "a", "b"};
  options.start = StartAt::kBeginning;
  options.wake_by = WakeBy::kPolling;
  const auto sources = PlanSources(options, files);
  EXPECT_THAT(PathsOf(sources), ElementsAre("b", "a"));
  EXPECT_EQ(sources->front().start, StartAt::kBeginning);
  EXPECT_EQ(sources->front().wake_by, WakeBy::kPolling);
}

TEST(PlanTest, TextSaysWhatIsThere) {
  PaperFiles files;
  files.Add("closed", 1);
  files.Add("folder", 1, FileKind::kDirectory);
  files.Add("folder/a.log", 1);
  files.Add("folder/b.log", 1);
  files.Add("folder/below", 1, FileKind::kDirectory);
  Options options;
  options.paths = {"closed", "folder",   "missing",           "folder/a*.log",
                   "-",      "journal:", "syslog+udp://:514", "none*"};
  const std::string text = PlanText(*PlanSources(options, files), options, files);
  EXPECT_THAT(text, HasSubstr("follow closed (cannot be read: "));
  EXPECT_THAT(text, HasSubstr("follow folder (a directory, 2 files now) from its end\n"));
  EXPECT_THAT(text, HasSubstr("follow missing (not there yet, will be waited for)"));
  EXPECT_THAT(text, HasSubstr("follow folder/a*.log (a pattern, 1 file now) from its end\n"));
  EXPECT_THAT(text, HasSubstr("follow none* (a pattern, 0 files now)"));
  EXPECT_THAT(text, HasSubstr("follow - (standard input), what comes from now on\n"));
  EXPECT_THAT(text, HasSubstr("follow journal: (the systemd journal)"));
  EXPECT_THAT(
      text, HasSubstr("follow syslog+udp://:514 (a socket for syslog), what comes from now on\n"));
  EXPECT_THAT(text, HasSubstr("serve /metrics on :9025\n"));
}

std::vector<std::string> ObstaclesOf(Options options, FileSystem& files) {
  options.listen_addresses = {{.host = "127.0.0.1", .port = 0}};
  return Obstacles(*PlanSources(options, files), options, files);
}

TEST(PlanTest, WhatCannotBeReadStandsInTheWayAndWhatIsMissingDoesNot) {
  PaperFiles files;
  files.Add("closed", 1);
  files.Add("folder", 1, FileKind::kDirectory);
  files.Add("folder/a.log", 1);
  Options options;
  options.paths = {"missing", "-", "none*"};
  EXPECT_THAT(ObstaclesOf(options, files), ElementsAre());
  options.paths = {"closed", "folder", "journal:/folder", "missing"};
  EXPECT_THAT(ObstaclesOf(options, files),
              ElementsAre("closed: Permission denied", "folder/a.log: Permission denied",
                          "journal:/folder cannot be read: /folder: No such file or directory"));
}

TEST(PlanTest, AJournalThatNobodyMayReadStandsInTheWay) {
  PaperFiles files;
  files.Add("/logs", 1, FileKind::kDirectory);
  files.Add("/logs/0123", 1, FileKind::kDirectory);
  Options options;
  options.paths = {"journal:/logs"};
  EXPECT_THAT(ObstaclesOf(options, files),
              ElementsAre(HasSubstr("journal:/logs cannot be read: /logs/0123: no journal there")));
  files.Add("/logs/0123/system.journal", 1);
  EXPECT_THAT(ObstaclesOf(options, files), ElementsAre(HasSubstr("Permission denied")));
}

TEST(PlanTest, ABusyPortAndAStateThatCannotBeWrittenStandInTheWay) {
  PaperFiles files;
  files.Add("log", 1, FileKind::kStream);
  Options options;
  options.paths = {"log"};
  options.listen_addresses = {{.host = "127.0.0.1", .port = 0}};
  HttpServer server({});
  ASSERT_TRUE(server.Start(options.listen_addresses).ok());
  options.listen_addresses.front().port = static_cast<std::uint16_t>(server.ports().front());
  options.state_path = "/proc/version/state";
  EXPECT_THAT(Obstacles(*PlanSources(options, files), options, files),
              ElementsAre(HasSubstr("cannot listen on 127.0.0.1:"),
                          "the state directory /proc/version/state cannot be written: Not a "
                          "directory"));
}

}  // namespace
}  // namespace maillog
