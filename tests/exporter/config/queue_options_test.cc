#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/config.h"
#include "exporter/config/options.h"
#include "exporter/config/plan.h"
#include "exporter/queue/find_queues.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string Said(const QueueOptions& queue) {
  return queue.syslog_name + " " + ToText(queue.address) + " " +
         std::to_string(queue.interval.count()) + " " + std::to_string(queue.timeout.count());
}

std::vector<std::string> Said(const std::vector<QueueOptions>& queues) {
  std::vector<std::string> said;
  for (const QueueOptions& queue : queues) said.push_back(Said(queue));
  return said;
}

std::vector<std::string> Given(const std::vector<std::string>& arguments) {
  const auto parsed = ParseOptions(arguments);
  if (const auto* const exit = std::get_if<EarlyExit>(&parsed)) return {exit->text};
  return Said(std::get<Options>(parsed).queues);
}

TEST(QueueAddressTest, IsAPathOrAHostWithAPort) {
  const auto said = [](std::string_view text) {
    const auto address = ParseQueueAddress(text);
    return address.ok() ? ToText(*address) : std::string(address.status().message());
  };
  EXPECT_EQ(said("/var/spool/postfix/public/showq"), "/var/spool/postfix/public/showq");
  EXPECT_EQ(said("/var/spool/postfix/"), "/var/spool/postfix/public/showq");
  EXPECT_EQ(said("./spool"), "./spool/public/showq");
  EXPECT_EQ(said("mx.example.com:10026"), "mx.example.com:10026");
  EXPECT_EQ(said("[::1]:10026"), "[::1]:10026");
  EXPECT_THAT(said("showq"), HasSubstr("is neither a path nor HOST:PORT"));
  EXPECT_THAT(said(":10026"), HasSubstr("names no host and port"));
  EXPECT_THAT(said("mx:0"), HasSubstr("names no host and port"));
  EXPECT_THAT(said(""), HasSubstr("is empty"));
  EXPECT_THAT(said("/" + std::string(100, 'x')), HasSubstr("is longer than a socket's path"));
}

TEST(QueueFlags, NameTheQueues) {
  EXPECT_THAT(Given({"--queue.showq=/var/spool/postfix", "--queue.showq=/var/spool/postfix-out",
                     "--queue.interval=30", "--queue.timeout=9"}),
              ElementsAre("postfix /var/spool/postfix/public/showq 30 9",
                          "postfix-out /var/spool/postfix-out/public/showq 30 9"));
  EXPECT_THAT(Given({"/var/log/mail.log"}), testing::IsEmpty());
  EXPECT_THAT(Given({"queue", "/q", "mx:26"}),
              ElementsAre("postfix /q/public/showq 60 300", "postfix mx:26 60 300"));
}

TEST(QueueFlags, EachFaultIsOneSentence) {
  EXPECT_THAT(Given({"--queue.showq="}), ElementsAre("--queue.showq '' is empty"));
  EXPECT_THAT(Given({"--queue.showq=mx"}), ElementsAre(HasSubstr("is neither a path")));
  EXPECT_THAT(Given({"--queue.showq=/q", "--queue.interval=0"}),
              ElementsAre("--queue.interval 0 is not a number of seconds from 1 to 86400"));
  EXPECT_THAT(Given({"--queue.interval=30"}), ElementsAre(HasSubstr("go with --queue.showq")));
  EXPECT_THAT(Given({"--queue.showq=/q", "--queue.showq=mx:26"}),
              ElementsAre(HasSubstr("two queues are those of postfix")));
  EXPECT_THAT(Given({"queue", "mx"}), ElementsAre(HasSubstr("mx is neither a path")));
  EXPECT_THAT(Given({"queue", "--from-start"}),
              ElementsAre(HasSubstr("queue takes no --from-start")));
  EXPECT_THAT(Given({"--postfix.showq_path=/q"}), ElementsAre(HasSubstr("--queue.showq=")));
}

std::vector<std::string> Configured(const std::string& text) {
  const auto config = ParseConfig(text, "c.yml", {});
  return config.ok() ? Said(config->queues)
                     : std::vector<std::string>{std::string(config.status().message())};
}

TEST(QueueConfig, EveryKeyIsTaken) {
  EXPECT_THAT(Configured(R"(
sources: [{path: /var/log/mail.log}]
queue:
  - showq: /var/spool/postfix
  - {showq: "192.0.2.1:26", syslog_name: postfix-out, interval: 120, timeout: 60}
)"),
              ElementsAre("postfix /var/spool/postfix/public/showq 60 300",
                          "postfix-out 192.0.2.1:26 120 60"));
}

TEST(QueueConfig, EachFaultIsOneSentenceWithItsLine) {
  const auto fault = [](const std::string& rest) { return Configured("queue:\n" + rest).front(); };
  EXPECT_EQ(fault("- {interval: 5}"), "c.yml:2: a queue has no showq");
  EXPECT_THAT(fault("- showq: mx\n"), HasSubstr("c.yml:2: mx is neither a path"));
  EXPECT_THAT(fault("- {showq: /q, syslog_name: user@example.com}"),
              HasSubstr("c.yml:2: syslog_name 'user@example.com' is not a name of an instance"));
  EXPECT_THAT(fault("- {showq: /q, interval: 0}"), HasSubstr("c.yml:2: "));
  EXPECT_THAT(fault("- {showq: /q, shwoq: /q}"), HasSubstr("c.yml:2: "));
  EXPECT_THAT(fault("- {showq: /q}\n- {showq: /r}"),
              HasSubstr("c.yml:3: two queues are those of postfix"));
  EXPECT_THAT(Configured("queues: []").front(), HasSubstr("queue"));
}

TEST(QueueConfig, FlagsBesideTheListAreAFault) {
  FakeFileSystem files;
  files.Append("/c.yml", "queue: [{showq: /q}]\n");
  Options options;
  options.config_file = "/c.yml";
  EXPECT_THAT(Said(*PlanQueues(options, files)), ElementsAre("postfix /q/public/showq 60 300"));
  options.queues = {{.address = {.path = "/r", .tcp = {}}, .syslog_name = "r"}};
  EXPECT_THAT(std::string(PlanQueues(options, files).status().message()),
              HasSubstr("beside `queue:` in /c.yml"));
}

TEST(FindQueuesTest, MainCfNamesThem) {
  FakeFileSystem files;
  files.Append("/etc/postfix/main.cf",
               "# queue_directory = /wrong\n"
               "queue_directory = /first\n"
               "queue_directory=/srv/spool\n"
               "multi_instance_directories = /etc/postfix-out,\n"
               "\t/etc/postfix-off /etc/postfix-gone\n");
  files.Append("/etc/postfix-out/main.cf",
               "queue_directory = /var/spool/postfix-out\n"
               "syslog_name = $multi_instance_name\n"
               "multi_instance_name = postfix-outside\n"
               "multi_instance_enable = yes\n");
  files.Append("/etc/postfix-off/main.cf", "queue_directory = /var/spool/postfix-off\n");
  EXPECT_THAT(Said(FindQueues("/etc/postfix", files)),
              ElementsAre("postfix /srv/spool/public/showq 60 300",
                          "postfix-outside /var/spool/postfix-out/public/showq 60 300"));
}

TEST(FindQueuesTest, WithoutMainCfItIsTheUsualOne) {
  FakeFileSystem files;
  EXPECT_THAT(Said(FindQueues("/etc/postfix", files)),
              ElementsAre("postfix /var/spool/postfix/public/showq 60 300"));
  files.Append("/etc/postfix/main.cf", "queue_directory = $data_directory/spool\n");
  EXPECT_THAT(Said(FindQueues("/etc/postfix", files)),
              ElementsAre("postfix /var/spool/postfix/public/showq 60 300"));
}

}  // namespace
}  // namespace maillog::test
