#include "parser/message_forms.h"

#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

TEST(HasForm, ComparesLiteralsWhole) {
  EXPECT_TRUE(HasForm("smtp_get: EOF", "smtp_get: EOF"));
  EXPECT_FALSE(HasForm("smtp_get: EOF", "smtp_get: EOF "));
  EXPECT_FALSE(HasForm("smtp_get: EOF", "smtp_get: EO"));
  EXPECT_FALSE(HasForm("smtp_get: EOF", ""));
}

TEST(HasForm, TakesAnyTextUpToTheNextLiteral) {
  EXPECT_TRUE(HasForm("open %s TLS cache %s", "open smtp TLS cache btree:/x"));
  EXPECT_TRUE(HasForm("open %s TLS cache %s", "open  TLS cache "));
  EXPECT_TRUE(HasForm("a %s b", "a b b b"));
  EXPECT_TRUE(HasForm("a %s b %s c", "a x b b y c c"));
  EXPECT_FALSE(HasForm("open %s TLS cache %s", "open smtp cache btree:/x"));
  EXPECT_FALSE(HasForm("a %s b", "a x c"));
  EXPECT_TRUE(HasForm("x%s", "x"));
}

TEST(HasForm, TakesNumbers) {
  EXPECT_TRUE(HasForm("n %d of %d", "n -1 of 2.50"));
  EXPECT_TRUE(HasForm("%s hits=%d success=%d%%", "lookup hits=12 success=99%"));
  EXPECT_FALSE(HasForm("n %d", "n x"));
  EXPECT_FALSE(HasForm("n %d", "n "));
  EXPECT_TRUE(HasForm("flags=%x.", "flags=0xfF."));
  EXPECT_TRUE(HasForm("n %d.", "n 1."));
  EXPECT_TRUE(HasForm("%s: %d messages", "Deleted: 3 messages"));
}

TEST(HasForm, TakesWords) {
  EXPECT_TRUE(HasForm("to %w now", "to-morrow") == false);
  EXPECT_TRUE(HasForm("to %w now", "to me now"));
  EXPECT_FALSE(HasForm("to %w now", "to me and you now"));
  EXPECT_FALSE(HasForm("to %w now", "to  now"));
}

TEST(HasForm, OfDamagedFormsMatchesNothing) {
  EXPECT_FALSE(HasForm("x %", "x y"));
  EXPECT_FALSE(HasForm("x %", "x "));
}

TEST(HasForm, IsBoundedOnHostileText) {
  const std::string text(64 * 1024, 'a');
  EXPECT_FALSE(HasForm("a%sb%sc", text));
  EXPECT_FALSE(HasForm("a%saaaab", text));
}

/// Whether a form of literals and `%s` describes the text, place by place.
bool HasLiterals(std::string_view form, std::string_view text) {
  std::size_t end = form.find("%s");
  if (end == std::string_view::npos) return form == text;
  if (!text.starts_with(form.substr(0, end))) return false;
  text.remove_prefix(end);
  form.remove_prefix(end + 2);
  while ((end = form.find("%s")) != std::string_view::npos) {
    const std::size_t at = text.find(form.substr(0, end));
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + end);
    form.remove_prefix(end + 2);
  }
  return text.ends_with(form);
}

TEST(HasForm, OfLiteralsIsWhatASearchForEachFinds) {
  const std::string_view forms[] = {"a",
                                    "a%s",
                                    "ab%sab",
                                    "a%sb%s",
                                    "a%sba%sb",
                                    "a%s",
                                    "a%s%s",
                                    "a literal of some length, %s",
                                    "a literal of some length, %s and another one of thirty-three",
                                    "a%s, a word%s, a word of more than sixteen bytes%s."};
  const std::string_view texts[] = {
      "abababab",
      "aabbaabb",
      "a literal of some length, x and another one of thirty-three",
      "a literal of some length, and another one of thirty-three and another one of thirty-three",
      "a, a word, a word, a word of more than sixteen bytes, a word of more than sixteen bytes..",
      "a literal of some length, a word, a word of more than sixteen bytes"};
  for (const std::string_view form : forms) {
    for (const std::string_view text : texts) {
      for (std::size_t size = 0; size <= text.size(); ++size) {
        const std::string cut(
            text.substr(0, size));  // of its own, so that a sanitizer sees its end
        EXPECT_EQ(HasForm(form, cut), HasLiterals(form, cut)) << form << '\n' << cut;
      }
    }
  }
}

TEST(HasForm, GoesOnAtTheFirstPlaceWhereTheWholePieceFits) {
  EXPECT_TRUE(HasForm("uid %s=%d.", "uid a=x, b=y, c=7."));
  EXPECT_TRUE(HasForm("uid %s=%d", "uid a=7, b=8"));  // what ends here ends with the text
  EXPECT_FALSE(HasForm("uid %s=%d", "uid a=7, b=8,"));
  EXPECT_TRUE(HasForm("a %s%d of %s", "a b c 5 of d"));
  EXPECT_TRUE(HasForm("a %s%%", "a 5% 6%"));
  EXPECT_FALSE(HasForm("a %s%%", "a 5% 6"));
  EXPECT_TRUE(HasForm("a %s%w", "a  b"));
  EXPECT_FALSE(HasForm("a %s%d", "a "));
}

struct Named {
  std::string_view form;
  int number;
};
constexpr FormTable kNamed(std::to_array<Named>({
    {"begin %s", 1},
    {"begin %d", 2},
    {"end", 3},
}));

TEST(FormTable, FindsTheFirstRowThatMatches) {
  ASSERT_NE(kNamed.Match("begin 7"), nullptr);
  EXPECT_EQ(kNamed.Match("begin 7")->number, 1);
  EXPECT_EQ(kNamed.Match("end")->number, 3);
  EXPECT_EQ(kNamed.Match("ending"), nullptr);
  EXPECT_EQ(kNamed.Match(""), nullptr);
  EXPECT_EQ(kNamed.Match("\xff"), nullptr);
}

TEST(FormTable, TellsHowFarItRead) {
  EXPECT_EQ(kNamed.Read("begin zzz"), 9U);  // any text
  EXPECT_EQ(kNamed.Read("bezzz"), 2U);
  EXPECT_EQ(kNamed.Read("zzz"), 0U);
  EXPECT_EQ(kNamed.Read(""), 0U);
  EXPECT_EQ(ReadByForm("open %s TLS cache %s!", "open smtp TLS cashe x"), 5U);
  EXPECT_EQ(ReadByForm("open %s TLS cache %s!", "open smtp TLS cache x"), 20U);
  EXPECT_EQ(ReadByForm("n %d of %d.", "n 5 of x."), 7U);
}

constexpr ValueForms kValues(std::to_array<Form>({
    {"%s asciified to %s"},
    {"%d flushed %d/%d"},
}));

TEST(ValueForms, BeginWithAValue) {
  EXPECT_TRUE(kValues.Match("a.example asciified to b.example"));
  EXPECT_TRUE(kValues.Match("7 flushed 1/2"));
  EXPECT_FALSE(kValues.Match("zzz flushed 1/2"));
  EXPECT_FALSE(kValues.Match("a.example zzz to b.example"));
  EXPECT_FALSE(kValues.Match(""));
  EXPECT_FALSE(kValues.Match(std::string(5000, 'a') + " asciified to b"));
}

}  // namespace
}  // namespace maillog
