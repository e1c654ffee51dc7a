#include "base/spec.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

Spec sample_spec() {
  return {.name = "vote",
          .summary = "majority",
          .options = {OptionSpec::integer("samples", 8, {1, 256}, "number of traces"),
                      OptionSpec::real("threshold", 0.5, {0, 1}, "share"),
                      OptionSpec::choice("select", "max", {"max", "weighted"}, "rule"),
                      OptionSpec::flag("early", false, "stop early")}};
}

TEST(Spec, DefaultsAndGivenValues) {
  const auto options = parse_options(sample_spec(), {{"samples", "16"}, {"early", "on"}});
  ASSERT_TRUE(options.ok());
  EXPECT_EQ(options->integer("samples"), 16);
  EXPECT_TRUE(options->flag("early"));
  EXPECT_DOUBLE_EQ(options->real("threshold"), 0.5);
  EXPECT_TRUE(options->given("samples"));
  EXPECT_FALSE(options->given("threshold"));
}

TEST(Spec, ErrorsNameRangeAndNearest) {
  EXPECT_EQ(parse_options(sample_spec(), {{"samples", "0"}}).status().message(),
            "vote.samples = \"0\" is not allowed: it takes an integer from 1 to 256");
  EXPECT_EQ(parse_options(sample_spec(), {{"select", "best"}}).status().message(),
            "vote.select = \"best\" is not allowed: it takes one of max, weighted");
  EXPECT_EQ(parse_options(sample_spec(), {{"sampels", "3"}}).status().message(),
            "vote has no option \"sampels\"; did you mean \"samples\"?");
  EXPECT_FALSE(parse_options(sample_spec(), {{"threshold", "nan"}}).ok());
  EXPECT_FALSE(parse_options(sample_spec(), {{"samples", "8x"}}).ok());
}

}  // namespace
}  // namespace reckon
