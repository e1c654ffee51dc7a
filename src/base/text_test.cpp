#include "base/text.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(Text, NearestNameFindsTypingErrorsOnly) {
  const std::vector<std::string> names{"vote", "single", "best_of_n"};
  EXPECT_EQ(nearest_name("voet", names), "vote");
  EXPECT_EQ(nearest_name("vot", std::vector<std::string>{"tot", "vote"}), "vote");
  EXPECT_EQ(nearest_name("best", names), "best_of_n");
  EXPECT_EQ(nearest_name("quantum", names), "");
}

TEST(Text, CompleteUtf8PrefixHoldsBackOnlyATruncatedTail) {
  EXPECT_EQ(complete_utf8_prefix("abc"), 3u);
  EXPECT_EQ(complete_utf8_prefix("a\xE2\x82"), 1u);          // two of three bytes
  EXPECT_EQ(complete_utf8_prefix("a\xE2\x82\xAC"), 4u);      // whole character
  EXPECT_EQ(complete_utf8_prefix("a\xF0\x9F\x98"), 1u);
  EXPECT_EQ(complete_utf8_prefix("\x82\x82\x82\x82"), 4u);   // malformed, not truncated
}

TEST(Text, SanitizeReplacesMalformedBytes) {
  EXPECT_EQ(sanitize_utf8("ok \xC3\xA9"), "ok \xC3\xA9");
  EXPECT_EQ(sanitize_utf8("\xFFx"), "\xEF\xBF\xBDx");
  EXPECT_EQ(sanitize_utf8("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Text, ANumberIsTheWholeText) {
  EXPECT_EQ(parse_number<int>("-12"), -12);
  EXPECT_EQ(parse_number<double>("1e-3"), 1e-3);
  for (const char* wrong : {"", " 1", "1 ", "+1", "1x", "1.5", "99999999999"}) EXPECT_FALSE(parse_number<int>(wrong)) << wrong;
  EXPECT_FALSE(parse_number<std::size_t>("-1"));
  for (const double number : {0.0, 1e-9, 0.1, -3.5, 1.0 / 3.0, 1e300, 123456.0}) EXPECT_EQ(parse_number<double>(exact_number(number)), number);
  EXPECT_EQ(exact_number(1e-9), "1e-09");
}

TEST(Text, TrimSplitJoin) {
  EXPECT_EQ(trim("  a b \n"), "a b");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string>{"a", "", "b"}));
  EXPECT_EQ(join(split("a,b", ','), "-"), "a-b");
  using Parts = std::vector<std::string>;
  EXPECT_EQ(split_escaped("a,b\\,c,,d\\x", ','), (Parts{"a", "b,c", "", "d\\x"}));
  EXPECT_EQ(split_escaped("", ','), Parts{""});
  EXPECT_EQ(split_escaped("\\", ','), Parts{"\\"});
  EXPECT_EQ(replace_all("aXbX", "X", "__"), "a__b__");
}

}  // namespace
}  // namespace reckon
