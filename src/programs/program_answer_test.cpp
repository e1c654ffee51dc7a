#include "programs/program_answer.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

TEST(ProgramAnswer, FloatsAreAsTheyWereMeant) {
  EXPECT_EQ(without_float_noise("252.99999999999997"), "253");
  EXPECT_EQ(without_float_noise("0.30000000000000004"), "0.3");
  EXPECT_EQ(without_float_noise("-1.1000000000000001e-07"), "-1.1e-07");
  EXPECT_EQ(without_float_noise("16.666666666666668"), "16.6666666667");
  EXPECT_EQ(without_float_noise("1234567.8900000001"), "1234567.89");
  for (const char* exact : {"6402373705728000.0", "2.43290200817664e+18", "1125899906842624.0", "12345678901234.56", "5234567.333333333",
                            "0.196380615234375", "9.5367431640625e-07", "0.012345678901234", "0.1883697509765625", "0.00000000000000000"}) {
    EXPECT_EQ(without_float_noise(exact), exact);
  }
  for (const char* same : {"", "253", "253.0", "7.125", "12345678901234567890", "1.25e10", "about 0.30000000000000004", "x", "0.12345678901234"}) {
    EXPECT_EQ(without_float_noise(same), same);
  }
}

}  // namespace
}  // namespace reckon
