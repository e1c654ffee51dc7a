#include "sandbox/output_match.h"

#include <gtest/gtest.h>

#include <string>

namespace reckon::sandbox {
namespace {

TEST(SameOutput, BlanksAtTheEndsOfLinesAndOfTheTextDoNotCount) {
  EXPECT_TRUE(same_output("1 2\n3\n", "1 2  \r\n3\n\n\n"));
  EXPECT_TRUE(same_output("", "\n \n"));
  EXPECT_TRUE(same_output("a  b", "a b"));
  EXPECT_FALSE(same_output("1\n2", "1 2"));
  EXPECT_FALSE(same_output("1\n\n2", "1\n2"));
  EXPECT_FALSE(same_output("a", ""));
  EXPECT_FALSE(same_output("Yes", "yes"));
}

TEST(SameOutput, NumbersAreExact) {
  for (const char* form : {"1", "1.0", "01", "+1", "1e0", "1.", "10e-1", "0.1e+1"}) EXPECT_TRUE(same_output("1", form)) << form;
  EXPECT_TRUE(same_output("0", "-0.00"));
  EXPECT_TRUE(same_output(".5", "0.50"));
  EXPECT_FALSE(same_output("1", "-1"));
  EXPECT_FALSE(same_output("10000000000000000000001", "10000000000000000000002"));
  EXPECT_TRUE(same_output("10000000000000000000001", "10000000000000000000001.0"));
  EXPECT_FALSE(same_output("0.1", "0.10000000000000000001"));
  for (const char* word : {"1x", "e1", ".", "-", "1e", "1e99999999", "1.2.3", "0x1", "nan", "inf"}) EXPECT_FALSE(same_output("1", word)) << word;
}

TEST(SameOutput, ToleranceOnlyWhereAsked) {
  EXPECT_FALSE(same_output("3.14159", "3.141592"));
  EXPECT_TRUE(same_output("3.14159", "3.141592", {.relative_tolerance = 1e-6}));
  EXPECT_FALSE(same_output("3.14159", "3.1416", {.relative_tolerance = 1e-6}));
  EXPECT_TRUE(same_output("0", "1e-9", {.relative_tolerance = 1e-6}));
  EXPECT_FALSE(same_output("1", "nan", {.relative_tolerance = 1.0}));
  EXPECT_FALSE(same_output("a 1.0", "b 1.0", {.relative_tolerance = 1.0}));
}

TEST(SameOutput, AnyBytes) {
  const std::string bytes("\0\xff\n\0", 4);
  EXPECT_TRUE(same_output(bytes, bytes));
  EXPECT_FALSE(same_output(bytes, std::string("\0\xfe\n\0", 4)));
}

}  // namespace
}  // namespace reckon::sandbox
