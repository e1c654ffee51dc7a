#include "search/templates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace reckon {
namespace {

TEST(Templates, FillNamesInOnePass) {
  EXPECT_EQ(fill_template("Q: {question}! {steps}{steps}", {{"question", "{steps}"}, {"steps", "a"}}), "Q: {steps}! aa");
  EXPECT_EQ(fill_template("\\boxed{} {other} {question", {{"question", "x"}}), "\\boxed{} {other} {question");
  EXPECT_EQ(fill_template("{a{question}}", {{"question", "x"}}), "{ax}");
  EXPECT_EQ(fill_template("", {}), "");
}

TEST(Templates, ComeFromAFileThatHasThePlaces) {
  EXPECT_EQ(load_template("", "built in", {"question"}).value(), "built in");
  const auto path = std::filesystem::path(::testing::TempDir()) / "reckon_template.txt";
  std::ofstream(path) << "Solve {question}";
  EXPECT_EQ(load_template(path.string(), "", {"question"}).value(), "Solve {question}");
  const auto lacks = load_template(path.string(), "", {"question", "steps"});
  ASSERT_FALSE(lacks.ok());
  EXPECT_NE(lacks.status().message().find("{steps}"), std::string::npos);
  std::filesystem::remove(path);
  EXPECT_EQ(load_template(path.string(), "", {}).status().kind(), ErrorKind::not_found);
}

}  // namespace
}  // namespace reckon
