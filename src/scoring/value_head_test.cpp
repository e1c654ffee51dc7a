#include "scoring/value_head.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/test_support.h"
#include "scoring/value_head_test_support.h"

namespace reckon {
namespace {

using namespace testing_support;

Result<ValueHead> head_of(const std::string& file, const std::vector<std::string>& layers) {
  const TemporaryFolder folder;
  return ValueHead::load(folder.write("head.safetensors", file), layers);
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }

TEST(ValueHead, OneLayerIsALogit) {
  const auto head = head_of(safetensors({{"v_head.summary.weight", {1, 3}, {1.0F, -2.0F, 0.5F}}, {"v_head.summary.bias", {1}, {0.25F}}}), {"v_head.summary"});
  ASSERT_TRUE(head.ok()) << head.status().to_string();
  EXPECT_NEAR(head->score(std::vector<float>{2.0F, 1.0F, 4.0F}), sigmoid(2.0 - 2.0 + 2.0 + 0.25), 1e-6);
}

TEST(ValueHead, TwoLayersWithReluAndASoftmaxOverTwoClasses) {
  // Hidden units x - y and y - x, of which one is cut off; class 0 sees the first, class 1 the second.
  const auto head = head_of(safetensors({{"score.0.weight", {2, 2}, {1.0F, -1.0F, -1.0F, 1.0F}},
                                         {"score.0.bias", {2}, {0.0F, 0.0F}},
                                         {"score.2.weight", {2, 2}, {1.0F, 0.0F, 0.0F, 1.0F}},
                                         {"score.2.bias", {2}, {0.5F, 0.0F}}}),
                            {"score.0", "score.2"});
  ASSERT_TRUE(head.ok()) << head.status().to_string();
  EXPECT_NEAR(head->score(std::vector<float>{1.0F, 4.0F}), sigmoid(3.0 - 0.5), 1e-6);
  EXPECT_NEAR(head->score(std::vector<float>{4.0F, 1.0F}), sigmoid(-3.0 - 0.5), 1e-6);
}

// One weight in 16 bits, read with an input of 1.
double of_sixteen_bits(const char* type, std::uint16_t bits) {
  std::string data;
  append_little_endian(data, bits, 2);
  const auto head = head_of(safetensors_around({{"v.weight", {{"dtype", type}, {"shape", {1, 1}}, {"data_offsets", {0, 2}}}}}, data), {"v"});
  EXPECT_TRUE(head.ok()) << head.status().to_string();
  const double p = head.ok() ? head->score(std::vector<float>{1.0F}) : 0.5;
  return std::log(p / (1.0 - p));
}

TEST(ValueHead, ReadsHalvesAndBfloats) {
  EXPECT_NEAR(of_sixteen_bits("F16", 0x3E00), 1.5, 1e-6);
  EXPECT_NEAR(of_sixteen_bits("F16", 0xC500), -5.0, 1e-6);
  EXPECT_NEAR(of_sixteen_bits("F16", 0x0200), std::ldexp(1.0, -15), 1e-9) << "subnormal";
  EXPECT_NEAR(of_sixteen_bits("BF16", 0x3FC0), 1.5, 1e-6);
  EXPECT_NEAR(of_sixteen_bits("BF16", 0xC0A0), -5.0, 1e-6);
}

TEST(ValueHead, RefusesWhatDoesNotFit) {
  const std::string two_rows = safetensors({{"a.weight", {2, 1}, {1.0F, 1.0F}}, {"b.weight", {1, 3}, {1.0F, 1.0F, 1.0F}}, {"c.weight", {3, 1}, {1.0F, 1.0F, 1.0F}}});
  EXPECT_TRUE(head_of(two_rows, {"a"}).ok());
  EXPECT_FALSE(head_of(two_rows, {}).ok());
  EXPECT_FALSE(head_of(two_rows, {"none"}).ok());
  EXPECT_FALSE(head_of(two_rows, {"a", "b"}).ok()) << "two outputs, three inputs";
  EXPECT_FALSE(head_of(two_rows, {"c"}).ok()) << "three classes";
  const std::string whole = safetensors({{"v.weight", {1, 1}, {1.0F}}});
  EXPECT_TRUE(head_of(whole, {"v"}).ok());
  EXPECT_FALSE(head_of(whole.substr(0, whole.size() - 1), {"v"}).ok()) << "cut off";
  EXPECT_FALSE(head_of("", {"a"}).ok());
  EXPECT_FALSE(head_of(std::string(8, '\xff') + "{}", {"a"}).ok()) << "a header beyond the end";
  EXPECT_FALSE(head_of(safetensors_around({{"v.weight", {{"dtype", "I8"}, {"shape", {1, 1}}, {"data_offsets", {0, 1}}}}}, "x"), {"v"}).ok());
  EXPECT_FALSE(head_of(safetensors_around({{"v.weight", {{"dtype", "F32"}, {"shape", {1, 1}}, {"data_offsets", {4, 0}}}}}, "xxxx"), {"v"}).ok());
  EXPECT_FALSE(head_of(safetensors_around({{"v.weight", 7}}, "xxxx"), {"v"}).ok());
  const std::size_t huge = std::size_t{1} << 40;
  EXPECT_FALSE(head_of(safetensors_around({{"v.weight", {{"dtype", "F32"}, {"shape", {huge, huge}}, {"data_offsets", {0, 4}}}}}, "xxxx"), {"v"}).ok());
}

}  // namespace
}  // namespace reckon
