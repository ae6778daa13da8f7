// Mails against what the clients and sinks of the laboratory recorded themselves (TRUTH.json,
// "independent").
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "tests/corpus/corpus.h"
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

INSTANTIATE_TEST_SUITE_P(Corpora, MailTruth, testing::ValuesIn(Sessions()), [](const auto& param) {
  std::string name = param.param.name;
  name[name.find('/')] = '_';
  return name;
});

}  // namespace
}  // namespace maillog::test
