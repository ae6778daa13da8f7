// The policies of receivers, and the pages that say what to do about each.
#include "parser/policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/policy_phrases.h"
#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kEditions[] = {"", "ja/"};

std::string FileText(const std::string& path) {
  std::ifstream in(MAILLOG_TESTS_DIR "/../docs/policies/" + path);
  EXPECT_TRUE(in.is_open()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<Policy> Policies() {
  std::vector<Policy> all;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Policy::kOther); ++i)
    all.push_back(static_cast<Policy>(i));
  return all;
}

std::set<std::string> Pages() {
  std::set<std::string> pages;
  for (const Policy policy : Policies()) pages.insert(std::string(PageOf(policy)));
  return pages;
}

/// By its heading, the example that a section has between lines of three backquotes.
std::vector<std::pair<std::string, std::string>> SectionsOf(const std::string& path) {
  std::vector<std::pair<std::string, std::string>> sections;
  const std::string text = FileText(path);
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = TakeLine(rest);
    if (Eat(line, "## ")) {
      sections.emplace_back(line, "");
    } else if (line == "```" && !sections.empty()) {
      sections.back().second = TakeLine(rest);
      (void)TakeLine(rest);
    }
  }
  return sections;
}

/// A host of whoever a page is about, where its answers are recognised by that.
std::string HostOf(std::string_view page) {
  static const std::map<std::string_view, std::string> kHosts{
      {"google", "gmail-smtp-in.l.google.com"},
      {"microsoft", "outlook-com.olc.protection.outlook.com"},
      {"yahoo", "mta7.am0.yahoodns.net"},
      {"icloud", "mx01.mail.icloud.com"},
      {"docomo", "mfsmax.docomo.ne.jp"},
      {"au", "lsean.ezweb.ne.jp"},
      {"softbank", "mail.i.softbank.jp"}};
  const auto host = kHosts.find(page);
  return host == kHosts.end() ? "mx.b.example" : host->second;
}

Refusal RefusalBy(const std::string& host, std::string_view reply) {
  return RefusalOfDelivery(
      "host " + host + "[192.0.2.1] said: " + std::string(reply) + " (in reply to RCPT TO command)",
      DsnCode{});
}

TEST(PolicyPages, HaveASectionForEachPolicyInItsOrder) {
  for (const std::string_view edition : kEditions) {
    for (const std::string& page : Pages()) {
      std::vector<std::string> headings;
      for (const auto& [heading, example] : SectionsOf(std::string(edition) + page + ".md"))
        headings.push_back(heading);
      std::vector<std::string> policies;
      for (const Policy policy : Policies()) {
        if (PageOf(policy) == page) policies.emplace_back(Text(policy));
      }
      EXPECT_EQ(headings, policies) << edition << page;
    }
  }
}

TEST(PolicyPages, HaveExamplesOfTheirPolicies) {
  for (const std::string& page : Pages()) {
    const auto sections = SectionsOf(page + ".md");
    EXPECT_EQ(sections, SectionsOf("ja/" + page + ".md"));
    for (const auto& [heading, example] : sections)
      EXPECT_EQ(Text(RefusalBy(HostOf(page), example).policy), heading) << example;
  }
}

/// Each section says what it means, whether waiting helps, and what to do.
TEST(PolicyPages, SayWhatToDo) {
  const std::map<std::string_view, std::vector<std::string_view>> kParts{
      {"", {"**What it means.** ", "**Waiting.** ", "**What to do.**", "1. "}},
      {"ja/", {"**意味:** ", "**待つ効果:** ", "**対処:**", "1. "}}};
  for (const auto& [edition, parts] : kParts) {
    for (const std::string& page : Pages()) {
      const std::string path = std::string(edition) + page + ".md";
      const std::string text = FileText(path);
      const std::size_t sections = SectionsOf(path).size();
      for (const std::string_view part : parts) {
        std::size_t count = 0;
        std::string_view rest = text;
        while (SkipPast(rest, "\n" + std::string(part))) ++count;
        EXPECT_EQ(count, sections) << path << ": " << part;
      }
    }
  }
}

TEST(PolicyPages, AreInTheIndex) {
  for (const std::string_view edition : kEditions) {
    const std::string index = FileText(std::string(edition) + "README.md");
    for (const std::string& page : Pages())
      EXPECT_NE(index.find("[" + page + ".md](" + page + ".md)"), std::string::npos) << page;
    for (const Policy policy : Policies())
      EXPECT_NE(index.find("`" + std::string(Text(policy)) + "`"), std::string::npos)
          << Text(policy);
  }
}

/// Every line of the list decides for some reply: none is hidden by an earlier one.
TEST(PolicyPhrases, AllDecideSomewhere) {
  for (const internal::PolicyPhrase& phrase : internal::kPolicyPhrases) {
    const std::string host = phrase.from == Receiver::kOther
                                 ? "mx.b.example"
                                 : HostOf(phrase.from == Receiver::kAu ? "au" : Text(phrase.from));
    EXPECT_EQ(Text(RefusalBy(host, "550 (" + std::string(phrase.phrase) + "x").policy),
              Text(phrase.policy))
        << phrase.phrase;
  }
}

TEST(PolicyPhrases, OfAReceiverCountFromNobodyElse) {
  for (const internal::PolicyPhrase& phrase : internal::kPolicyPhrases) {
    if (phrase.from == Receiver::kOther) continue;
    const Policy policy =
        RefusalBy("mx.b.example", "550 (" + std::string(phrase.phrase) + "x").policy;
    EXPECT_NE(PageOf(policy), PageOf(phrase.policy)) << phrase.phrase;
  }
}

struct Answer {
  std::string_view text;  ///< after `status=deferred (`
  Policy policy;
  Receiver receiver = Receiver::kOther;
};

TEST(RefusalOfDelivery, KnowsWhoSaysWhat) {
  using enum Policy;
  const Answer kSamples[] = {
      {"host gmail-smtp-in.l.google.com[192.0.2.1] said: 550-5.7.26 Unauthenticated email from "
       "b.example is not accepted due to domain's 550-5.7.26 DMARC policy.",
       kGoogleDmarc, Receiver::kGoogle},
      {"delivery temporarily suspended: host mta7.am0.yahoodns.net[192.0.2.1] refused to talk to "
       "me: 421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred",
       kYahooComplaints, Receiver::kYahoo},
      {"host mta7.am0.yahoodns.net[192.0.2.1] refused to talk to me: 553 5.7.1 [BL21] Connections "
       "will not be accepted from 192.0.2.9, because the ip is in Spamhaus's list",
       kSpamhausZen, Receiver::kYahoo},
      {"host x.mail.protection.outlook.com[192.0.2.1] said: 550 5.7.1 Service unavailable, "
       "MailFrom domain is listed in Spamhaus. To request removal see "
       "https://www.spamhaus.org/query/lookup/ (S8002)",
       kSpamhausDbl, Receiver::kMicrosoft},
      {"host relay.b.example[192.0.2.1] said: 421 4.7.28 try later - gsmtp", kGoogleRateLimit,
       Receiver::kGoogle},
      {"host mx.b.example[192.0.2.1] said: 550 5.7.1 spf failed", kOther},
      {"host spamhaus.b.example[192.0.2.1] said: 550 no", kOther},
      {"host mx.b.example[192.0.2.1] said: 550 barracuda@b.example: no", kOther},
      {"host mx.b.example[192.0.2.1] said: 550 <barracuda@b.example>: no", kOther},
      {"connect to gmail-smtp-in.l.google.com[192.0.2.1]:25: Connection timed out", kOther},
      {"", kOther},
  };
  for (const Answer& sample : kSamples) {
    const Refusal refusal = RefusalOfDelivery(sample.text, DsnCode{});
    EXPECT_EQ(Text(refusal.policy), Text(sample.policy)) << sample.text;
    EXPECT_EQ(Text(refusal.receiver), Text(sample.receiver)) << sample.text;
  }
}

std::vector<std::string> ReplyTexts() {
  std::ifstream in(MAILLOG_TESTS_DIR "/parser/replies.tsv");
  std::vector<std::string> replies;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with('#')) replies.push_back(line.substr(line.rfind('\t') + 1));
  }
  EXPECT_GT(replies.size(), 1000U);
  return replies;
}

TEST(RefusalOf, HasTheReasonThatIsFoundAlone) {
  for (const std::string& reply : ReplyTexts())
    EXPECT_EQ(RefusalOf(reply, DsnCode{}, ReplyCode{}).reason,
              ReasonOf(reply, DsnCode{}, ReplyCode{}))
        << reply;
}

/// Whatever is in a reply, the label has a value of its list, and the value has a page.
TEST(RefusalOf, HasNoOtherPolicies) {
  std::mt19937 random(7);
  const auto below = [&random](std::size_t n) { return random() % n; };
  const std::vector<std::string> replies = ReplyTexts();
  const std::set<std::string> pages = Pages();
  for (int i = 0; i < 20'000; ++i) {
    std::string reply = replies[below(replies.size())];
    reply.resize(below(reply.size() + 1));
    reply += internal::kPolicyPhrases[below(internal::kPolicyPhrases.size())].phrase;
    reply += replies[below(replies.size())];
    reply[below(reply.size())] = static_cast<char>(below(256));
    const Policy policy = RefusalOf(reply, DsnCode{}, ReplyCode{}).policy;
    ASSERT_LE(policy, Policy::kOther) << reply;
    ASSERT_TRUE(policy == Policy::kOther || pages.contains(std::string(PageOf(policy)))) << reply;
  }
}

TEST(RefusalOf, ReadsNoMoreThanTheLimit) {
  const std::string reply = std::string(1000, ' ') + "spamhaus";
  EXPECT_EQ(RefusalOf(reply, DsnCode{}, ReplyCode{}).policy, Policy::kOther);
}

}  // namespace
}  // namespace maillog
