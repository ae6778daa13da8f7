#include "exporter/config/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "exporter/config/default_log.h"
#include "exporter/state/sqlite_state_store.h"
#include "metrics/catalog/catalog.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Files that have only a size and a time.
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
      if (DirectoryOf(name) == path) names.push_back(NameOf(name));
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
  EXPECT_THAT(std::string(sources.status().message()), HasSubstr("name the log as PATH"));
}

TEST(PlanTest, WhereNoLogIsTheJournalIsFollowed) {
  PaperFiles files;
  files.Add("/run/log/journal", 1, FileKind::kDirectory);
  files.Add("/run/log/journal/0123", 1, FileKind::kDirectory);
  EXPECT_THAT(PathsOf(PlanSources({}, files)), ElementsAre("journal:"));
}

// What an earlier run has counted of the journal, and what else it followed.
SavedState StateAfter(std::uint64_t counted, const std::string& also) {
  SavedState state;
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kRecords, {"journal:", "counted"}, counted);
  state.totals = std::move(totals);
  state.sources["journal:"];
  if (!also.empty()) state.sources[also];
  return state;
}

std::unique_ptr<Ledger> LedgerAfter(std::uint64_t counted, const std::string& also = {}) {
  auto store = std::make_unique<MemoryStateStore>();
  EXPECT_TRUE(store->Save(StateAfter(counted, also)).ok());
  auto ledger = std::make_unique<Ledger>(std::move(store));
  EXPECT_TRUE(ledger->Load().ok());
  return ledger;
}

TEST(PlanTest, ALogThatComesUpDoesNotTakeThePlaceOfTheJournal) {
  PaperFiles files;
  const auto go_on = [&files](std::unique_ptr<Ledger> ledger, const Options& options = {}) {
    return PathsOf(GoOnWithJournal(*PlanSources(options, files), options, *ledger, files));
  };
  files.Add("/var/log/mail.log", 1);
  EXPECT_THAT(go_on(LedgerAfter(5)), ElementsAre("/var/log/mail.log")) << "there is no journal";
  files.Add("/var/log/journal", 1, FileKind::kDirectory);
  files.Add("/var/log/journal/0123", 1, FileKind::kDirectory);
  EXPECT_THAT(go_on(LedgerAfter(5)), ElementsAre("journal:"));
  EXPECT_THAT(go_on(LedgerAfter(0)), ElementsAre("/var/log/mail.log")) << "no mail was in it";
  EXPECT_THAT(go_on(LedgerAfter(5, "/var/log/mail.log")), ElementsAre("/var/log/mail.log"));
  Options named;
  named.paths = {"/var/log/mail.log"};
  EXPECT_THAT(go_on(LedgerAfter(5), named), ElementsAre("/var/log/mail.log"));
}

// What check-config says must be what the exporter does.
TEST(PlanTest, WhoAsksWithTheStateOfAnExporterIsToldWhatItGoesOnWith) {
  PaperFiles files;
  files.Add("/var/log/mail.log", 1);
  files.Add("/var/log/journal", 1, FileKind::kDirectory);
  files.Add("/var/log/journal/0123", 1, FileKind::kDirectory);
  const std::string directory = testing::TempDir() + "/plan_test_state";
  std::filesystem::remove_all(directory);
  Options options;
  options.state_path = directory;
  const auto go_on = [&] {
    return PathsOf(GoOnAsSaved(*PlanSources(options, files), options, files));
  };
  EXPECT_THAT(go_on(), ElementsAre("/var/log/mail.log")) << "there is no state";
  EXPECT_FALSE(std::filesystem::exists(directory));
  auto store = SqliteStateStore::Open({.directory = directory, .catalog = AllRows()});
  ASSERT_TRUE(store.ok()) << store.status();
  ASSERT_TRUE((*store)->Load().ok());
  ASSERT_TRUE((*store)->Save(StateAfter(5, "")).ok());
  EXPECT_THAT(go_on(), ElementsAre("journal:")) << "also while the exporter runs";
  std::filesystem::remove_all(directory);
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

std::string FaultOf(const std::string& path, FileSystem& files) {
  Options options;
  options.paths = {path};
  return std::string(PlanSources(options, files).status().message());
}

TEST(PlanTest, AWordThatIsNoCommandAndNoFileIsNotWaitedFor) {
  PaperFiles files;
  files.Add("maillog", 1);
  files.Add("/var/log/mail.log", 1);
  EXPECT_EQ(FaultOf("cuont", files), "cuont is neither a command nor a file; did you mean count?");
  EXPECT_EQ(FaultOf("chekc-config", files),
            "chekc-config is neither a command nor a file; did you mean check-config?");
  EXPECT_EQ(FaultOf("journal", files),
            "journal is neither a command nor a file; did you mean journal:?");
  EXPECT_EQ(FaultOf("postfix", files),
            "postfix is neither a command nor a file; a log that is not there yet is named "
            "./postfix");
  EXPECT_EQ(FaultOf("var/log/mail.log", files),
            "var/log/mail.log is not there; did you mean /var/log/mail.log?");
  for (const char* const path :
       {"maillog", "./postfix", "new.log", "logs/new", "*", "-", "/var/log/mail.log"}) {
    EXPECT_EQ(FaultOf(path, files), "") << path;
  }
}

TEST(PlanTest, WhatCanBeNoSourceHasItsOwnSentence) {
  PaperFiles files;
  EXPECT_EQ(FaultOf("", files), "a path is empty; leave it out, or name a log");
  EXPECT_THAT(FaultOf("syslog://foo:514", files),
              HasSubstr("syslog://foo:514: there is no source of the kind syslog://; there are "));
  EXPECT_EQ(FaultOf("file:///var/log/x", files),
            "file:///var/log/x: a file is named by its path alone: /var/log/x");
  EXPECT_EQ(FaultOf("~/mail.log", files),
            "~/mail.log: only a shell knows whose home directory ~ is; write the whole path, or "
            "./~/mail.log if a directory has that name");
  EXPECT_EQ(FaultOf("syslog+udp://:70000", files), "syslog+udp://:70000 has a port over 65535");
  EXPECT_EQ(FaultOf("syslog+tcp:/a:1", files),
            "syslog+tcp:/a:1: a slash or the colon is missing; write syslog+tcp://host:port");
  EXPECT_EQ(FaultOf("syslog+unix:/run/x", files),
            "syslog+unix:/run/x: a slash or the colon is missing; write syslog+unix:///path");
  EXPECT_THAT(FaultOf("syslog+unix://run/x", files), HasSubstr("three slashes"));
}

/// One file, of whatever name.
class OneFile final : public FileSystem {
 public:
  explicit OneFile(std::string content) : content_(std::move(content)) {}
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string&) override {
    return std::make_unique<Handle>(content_);
  }
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    return ErrnoStatus(EACCES, "-");
  }
  absl::StatusOr<FileStat> Stat(const std::string&) override { return FileStat{}; }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return ErrnoStatus(ENOTDIR, path);
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override { return path; }
  bool IsRemote(const std::string&) override { return false; }

 private:
  class Handle final : public File {
   public:
    explicit Handle(std::string content) : content_(std::move(content)) {}
    absl::StatusOr<std::size_t> ReadAt(std::uint64_t offset, std::span<char> into) override {
      return content_.copy(into.data(), into.size(), offset);
    }
    absl::StatusOr<std::size_t> Read(std::span<char>) override { return std::size_t{0}; }
    absl::StatusOr<FileStat> Stat() override { return FileStat{}; }
    [[nodiscard]] int descriptor() const override { return -1; }

   private:
    const std::string content_;
  };
  const std::string content_;
};

TEST(PlanTest, WhatIsNoLogIsNotFollowed) {
  OneFile journal("LPKSHHRH");
  EXPECT_EQ(FaultOf("/j/x.journal", journal),
            "/j/x.journal: a file of the systemd journal, no text; name its directory: journal:/j");
  OneFile packed("\x1f\x8b\x08");
  EXPECT_THAT(FaultOf("/log/x.gz", packed), HasSubstr("read it once with"));
  OneFile text("Nov 21 10:00:00 mx postfix");
  EXPECT_EQ(FaultOf("/log/x", text), "");
}

TEST(PlanTest, NamedPathsAreTakenOnceAndMayBeMissing) {
  PaperFiles files;
  Options options;
  options.paths = {"./b", "a.log", "./b"};
  options.start = StartAt::kBeginning;
  options.wake_by = WakeBy::kPolling;
  const auto sources = PlanSources(options, files);
  EXPECT_THAT(PathsOf(sources), ElementsAre("./b", "a.log"));
  EXPECT_EQ(sources->front().start, StartAt::kBeginning);
  EXPECT_EQ(sources->front().wake_by, WakeBy::kPolling);
}

TEST(PlanTest, WhatIsNoUtf8IsNamedByItsBytes) {
  PaperFiles files;
  Options options;
  options.paths = {"./b\xFF", "./b\xFE", "./b\xFF"};
  const auto sources = PlanSources(options, files);
  EXPECT_THAT(PathsOf(sources), ElementsAre("./b\xFF", "./b\xFE"));
  EXPECT_EQ(sources->front().name, "./b\\xff");
  EXPECT_EQ(sources->back().name, "./b\\xfe");
  options.paths = {"./b\xFF", "./b\\xff"};
  EXPECT_THAT(PathsOf(PlanSources(options, files)).front(),
              HasSubstr("two sources would be named ./b\\xff;"));
}

TEST(PlanTest, TextSaysWhatIsThere) {
  PaperFiles files;
  files.Add("closed", 1);
  files.Add("folder", 1, FileKind::kDirectory);
  files.Add("folder/a.log", 1);
  files.Add("folder/b.log", 1);
  files.Add("folder/below", 1, FileKind::kDirectory);
  files.Add("folder/below/c.log", 1);
  Options options;
  options.paths = {"closed", "folder",   "./missing",         "folder/a*.log",
                   "-",      "journal:", "syslog+udp://:514", "none*"};
  const std::string text = PlanText(*PlanSources(options, files), options, files);
  EXPECT_THAT(text, HasSubstr("follow closed (cannot be read: "));
  EXPECT_THAT(text, HasSubstr("follow folder (a directory, 3 files now) from its end\n"));
  EXPECT_THAT(text, HasSubstr("follow ./missing (not there yet, will be waited for)"));
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

TEST(PlanTest, WhatCannotBeReadIsAnObstacleAndWhatIsMissingIsNot) {
  PaperFiles files;
  files.Add("closed", 1);
  files.Add("folder", 1, FileKind::kDirectory);
  files.Add("folder/a.log", 1);
  Options options;
  options.paths = {"./missing", "-", "none*"};
  EXPECT_THAT(ObstaclesOf(options, files), ElementsAre());
  options.paths = {"closed", "folder", "journal:/folder", "./missing"};
  EXPECT_THAT(ObstaclesOf(options, files),
              ElementsAre("closed: Permission denied", "folder/a.log: Permission denied",
                          "journal:/folder cannot be read: /folder: No such file or directory"));
}

TEST(PlanTest, WhatIsNotReadIsAnObstacle) {
  PaperFiles files;
  files.Add("/logs", 1, FileKind::kDirectory);
  files.Add("/logs/mx1", 1, FileKind::kDirectory);
  Options options;
  options.paths = {"/logs/*", "syslog+unix:///proc/version/socket"};
  EXPECT_THAT(ObstaclesOf(options, files),
              ElementsAre(HasSubstr("/logs/*: matches directories only, such as /logs/mx1"),
                          "cannot listen on syslog+unix:///proc/version/socket: Not a directory"));
}

TEST(PlanTest, AJournalThatNobodyMayReadIsAnObstacle) {
  PaperFiles files;
  files.Add("/logs", 1, FileKind::kDirectory);
  files.Add("/logs/0123", 1, FileKind::kDirectory);
  Options options;
  options.paths = {"journal:/logs"};
  EXPECT_THAT(
      ObstaclesOf(options, files),
      ElementsAre(HasSubstr("journal:/logs cannot be read: /logs: no journal files there")));
  files.Add("/logs/0123/system.journal", 1);
  EXPECT_THAT(ObstaclesOf(options, files), ElementsAre(HasSubstr("Permission denied")));
}

TEST(PlanTest, ABusyPortAndAStateThatCannotBeWrittenAreObstacles) {
  PaperFiles files;
  files.Add("log", 1, FileKind::kStream);
  Options options;
  options.paths = {"log"};
  options.listen_addresses = {{.host = "127.0.0.1", .port = 0}};
  const int taken = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {::htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  ASSERT_EQ(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size), 0);
  options.listen_addresses.front().port = ::ntohs(address.sin_port);
  options.state_path = "/proc/version/state";
  EXPECT_THAT(Obstacles(*PlanSources(options, files), options, files),
              ElementsAre(HasSubstr("cannot listen on 127.0.0.1:"),
                          "the state directory /proc/version/state cannot be written: Not a "
                          "directory"));
  ::close(taken);
}

}  // namespace
}  // namespace maillog
