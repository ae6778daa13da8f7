// Mails against what the clients and sinks of the laboratory recorded themselves (TRUTH.json,
// "independent"), among it what `postqueue -j` listed at the end of the traffic, and the queue ids
// that servers named to clients (queue_ids.txt). Nobody recorded delays or attempts of single
// mails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "mails/mails_waiting.h"
#include "tests/corpus/corpus.h"
#include "tests/mails/lines_by_id.h"
#include "tests/mails/mail_fold.h"

namespace maillog::test {
namespace {

using Json = nlohmann::json;

class MailTruth : public testing::TestWithParam<Session> {
 protected:
  void SetUp() override {
    truth_ = Json::parse(ReadWhole(CorpusPath(GetParam().name) / "TRUTH.json"))["independent"];
    for (const std::string& file : GetParam().files)
      text_ += ReadWhole(CorpusPath(GetParam().name) / file);
    fold_.Read(text_);
    fold_.Read(LaterLines("Dec 31 10:00:00"));
  }

  [[nodiscard]] const Json& Driver() const { return truth_["driver"]; }
  [[nodiscard]] int AcceptedBy(const std::string& service) const {
    const Json& smtp = Driver()["smtp"];
    return smtp.contains(service) ? smtp[service]["messages_accepted"].get<int>() : 0;
  }
  [[nodiscard]] int Other(const std::string& what) const {
    const Json& other = Driver()["other"];
    return other.contains(what) ? other[what].get<int>() : 0;
  }

  /// Mails of one instance that were over or in the queue at the end, but for notices and probes.
  [[nodiscard]] int MailsOf(const std::string& instance) const {
    int mails = 0;
    for (const std::string& end : fold_.ended()) {
      const std::size_t colon = end.find(": ");
      const std::string name = colon == std::string::npos ? "postfix" : end.substr(0, colon);
      if (name == instance && end.find("notice ") == std::string::npos) ++mails;
    }
    const MailTable& table = fold_.memory().table();
    const std::vector<MailScope> scopes = fold_.memory().Save().scopes;
    for (MailSlot slot = table.First(MailList::kQueued); slot != MailTable::kNone;
         slot = table.Next(slot)) {
      const Mail& mail = table.At(slot);
      const bool is_one = mail.parent == 0 && mail.origin != MailOrigin::kUnknown &&
                          mail.origin != MailOrigin::kNotice && !mail.Has(kMailNullSender);
      if (is_one && scopes[mail.scope - 1U].syslog_name == instance) ++mails;
    }
    return mails;
  }

  /// Ids that lines with `word` of a daemon name, by the text alone.
  [[nodiscard]] std::set<std::string> IdsWith(const std::string& daemon,
                                              const std::string& word) const {
    std::set<std::string> ids;
    std::istringstream lines(text_);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t at = line.find(" " + daemon + "[");
      const std::size_t id = line.find("]: ", at == std::string::npos ? line.size() : at);
      if (id == std::string::npos) continue;
      const std::size_t end = line.find(": ", id + 3);
      if (end != std::string::npos && line.compare(end + 2, word.size(), word) == 0)
        ids.insert(line.substr(id + 3, end - id - 3));
    }
    return ids;
  }
  /// Of the clients' mails, those that count as notices.
  [[nodiscard]] int NullSenders(const std::string& instance) const {
    const std::set<std::string> begun = IdsWith(instance + "/smtpd", "client=");
    int nulls = 0;
    for (const std::string& id : IdsWith(instance + "/qmgr", "from=<>, size="))
      nulls += begun.contains(id) ? 1 : 0;
    return nulls;
  }
  /// What did not come by SMTP.
  [[nodiscard]] int Submitted(const std::string& instance) const {
    return static_cast<int>(IdsWith(instance + "/pickup", "uid=0 from=").size());
  }

  std::string text_;
  Json truth_;
  MailFold fold_;
};

TEST_P(MailTruth, EachMailThatWasAcceptedIsOne) {
  const auto accepted = [this](const std::string& instance) {
    return MailsOf(instance) + NullSenders(instance) - Submitted(instance);
  };
  EXPECT_EQ(accepted("postfix-edge"), AcceptedBy("edge25"));
  EXPECT_EQ(accepted("postfix-out"), AcceptedBy("out25") + Other("smtp-source(out) messages"));
  EXPECT_GT(MailsOf("postfix"), AcceptedBy("mx25"));
}

/// What lies in a queue.
struct Queue {
  std::map<std::string, int> messages;  ///< by state
  std::uint64_t bytes = 0;
  std::uint64_t recipients = 0;  ///< for whom it is still there
  friend bool operator==(const Queue&, const Queue&) = default;
};
using Queues = std::map<std::string, Queue>;  ///< by instance; those that are empty are left out

void PrintTo(const Queue& queue, std::ostream* out) {
  *out << testing::PrintToString(queue.messages) << ' ' << queue.bytes << " bytes for "
       << queue.recipients;
}

Queues QueuesOf(const MailMemory& memory) {
  const std::vector<MailScope> scopes = memory.Save().scopes;
  Queues queues;
  const MailTable& table = memory.table();
  for (MailSlot slot = table.First(MailList::kQueued); slot != MailTable::kNone;
       slot = table.Next(slot)) {
    const Mail& mail = table.At(slot);
    const std::optional<WaitingState> state = WaitingStateOf(mail);
    if (!state) continue;
    Queue& queue = queues[scopes.at(mail.scope - 1U).syslog_name];
    ++queue.messages[std::string(kWaitingStates[static_cast<std::size_t>(*state)])];
    queue.bytes += mail.size_bytes == Mail::kNoSize ? 0 : mail.size_bytes;
    queue.recipients += mail.recipients - mail.finals;
  }
  return queues;
}

// Put on hold by rules before they had an id: no line says of which mail.
int HeldWithoutId(const std::string& session) {
  return session == "current/syslog" ? 3 : session == "current/maillog" ? 1 : 0;
}

// They were listed at some moment, of which only is known what the queues held. Of mails on hold
// that were never tried nobody logs size and recipients; and those to whom a mail has bounced are
// listed if its sender could not be told.
TEST_P(MailTruth, WhatWasInTheQueues) {
  Queues listed;
  for (const auto& [instance, queue] : truth_["queue_after_traffic"].items()) {
    if (queue["recipients"] == 0) continue;
    listed[instance] = {queue["messages"], queue["bytes"], queue["recipients"]};
  }
  ASSERT_FALSE(listed.empty());
  MailFold fold;
  std::set<std::string> was_so;
  Queues nearest;
  std::istringstream lines(text_);
  for (std::string line; std::getline(lines, line);) {
    const std::uint64_t before = fold.memory().lines();
    fold.Read(line + "\n");
    if (fold.memory().lines() == before) continue;
    Queues now = QueuesOf(fold.memory());
    now["postfix"].messages["hold"] += HeldWithoutId(GetParam().name);
    for (auto& [instance, queue] : now)
      std::erase_if(queue.messages, [](const auto& state) { return state.second == 0; });
    for (const auto& [instance, queue] : listed) {
      const Queue& of_memory = now[instance];
      if (of_memory.messages != queue.messages) continue;
      nearest[instance] = of_memory;
      const bool all = !queue.messages.contains("hold");
      if (all ? of_memory.bytes == queue.bytes : of_memory.bytes < queue.bytes)
        if (of_memory.recipients <= queue.recipients) was_so.insert(instance);
    }
  }
  for (const auto& [instance, queue] : listed)
    EXPECT_TRUE(was_so.contains(instance)) << instance << ' ' << testing::PrintToString(queue)
                                           << "\nbut " << testing::PrintToString(nearest[instance]);
}

/// In `incoming delivered 10ms 1x 2rcpt 900b`; 0 if it is not there.
int NumberBefore(const std::string& unit, const std::string& mail) {
  const std::size_t end = (mail + ' ').find(unit + ' ');
  if (end == std::string::npos) return 0;
  return std::stoi(mail.substr(mail.rfind(' ', end) + 1));
}

// A server that answered `queued as Q` has taken one mail, whatever it went through afterwards.
TEST_P(MailTruth, EachQueueIdThatAClientWasToldIsOneMail) {
  const LinesById lines(text_);
  std::istringstream ids(ReadWhole(CorpusPath(GetParam().name) / "queue_ids.txt"));
  std::map<std::string, int> taken_by;
  std::map<std::string, int> recipients;
  std::map<std::string, int> bytes;
  int told = 0;
  for (std::string id; ids >> id; ++told) {
    const std::vector<std::string> instances = lines.InstancesOf(id);
    ASSERT_EQ(instances.size(), 1) << id;
    const std::string by = lines.TakenBy(instances[0], id);
    ++taken_by[by];
    MailFold fold;
    fold.Read(lines.Of(instances[0], id)).Read(LaterLines("Dec 31 10:00:00"));
    std::vector<std::string> mails = fold.ended();
    const MailTable& table = fold.memory().table();
    for (const MailList list : {MailList::kBegun, MailList::kQueued, MailList::kLate})
      for (MailSlot slot = table.First(list); slot != MailTable::kNone; slot = table.Next(slot))
        if (table.At(slot).parent == 0 && table.At(slot).origin != MailOrigin::kUnknown &&
            table.At(slot).origin != MailOrigin::kNotice)
          mails.push_back("waiting in " + std::to_string(static_cast<int>(list)));
    ASSERT_EQ(mails.size(), 1) << id << ' ' << testing::PrintToString(mails);
    recipients[by] += NumberBefore("rcpt", mails[0]);
    bytes[by] += NumberBefore("b", mails[0]);
    // Who has logged in is one of ours; the others spoke from outside.
    const bool is_ours = by.starts_with("postfix/submission");
    EXPECT_THAT(mails[0], testing::ContainsRegex(is_ours ? "outgoing|internal|notice|waiting"
                                                         : "incoming|relayed|notice|waiting"))
        << id << ' ' << by;
  }
  // Services that only the driver speaks to; others answer it with the same id twice, or none.
  const auto accepted = [this](const std::string& service) { return AcceptedBy(service); };
  EXPECT_EQ(taken_by["postfix/submission/smtpd"], accepted("submission587"));
  EXPECT_EQ(taken_by["postfix/submissions/smtpd"], accepted("submissions465"));
  EXPECT_EQ(taken_by["postfix-out/smtpd"], accepted("out25"));
  EXPECT_EQ(taken_by["postfix-edge/smtpd"], accepted("edge25"));
  EXPECT_EQ(taken_by["postfix/afterproxy/smtpd"], accepted("proxy2526"));
  EXPECT_EQ(taken_by["postfix/ratelimit/smtpd"], accepted("ratelimit2529"));
  EXPECT_EQ(taken_by["postfix/quarmilter/smtpd"], accepted("quarmilter2532"));
  EXPECT_EQ(taken_by["postfix/strict/smtpd"], accepted("strict2530"));
  // Where no recipient was given twice or an alias, and nobody accepted one of a mail that it then
  // refused. Sizes are with the headers that Postfix adds to each mail, one of them for the proxy.
  for (const auto& [by, service] : std::map<std::string, std::string>{
           {"postfix-edge/smtpd", "edge25"}, {"postfix/afterproxy/smtpd", "proxy2526"}}) {
    const Json& sent = Driver()["smtp"][service];
    EXPECT_EQ(recipients[by], sent["rcpts_accepted"]) << by;
    EXPECT_GT(bytes[by], sent["message_bytes"].get<int>() + 150 * taken_by[by]) << by;
    EXPECT_LT(bytes[by], sent["message_bytes"].get<int>() + 400 * taken_by[by]) << by;
  }
  EXPECT_EQ(told, truth_["distinct_queue_ids_seen_in_smtp_replies"]);
}

INSTANTIATE_TEST_SUITE_P(Corpora, MailTruth, testing::ValuesIn(Sessions()), [](const auto& param) {
  std::string name = param.param.name;
  name[name.find('/')] = '_';
  return name;
});

}  // namespace
}  // namespace maillog::test
