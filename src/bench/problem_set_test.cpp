#include "bench/problem_set.h"

#include <gtest/gtest.h>

#include "base/test_support.h"
#include "bench/digest.h"

namespace reckon {
namespace {

std::string error_of(std::string_view text, const ProblemSetOptions& options = {}) {
  const auto set = parse_problem_set(text, "rows.jsonl", options);
  return set.ok() ? "no error" : set.status().message();
}

std::string reference_in(std::string_view text) {
  const auto set = parse_problem_set(text, "rows.jsonl");
  return set.ok() ? set->rows.at(0).reference : set.status().message();
}

TEST(Digest, MatchesPublishedVectors) {
  EXPECT_EQ(content_digest(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(content_digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(content_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(content_digest(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Digest, OfAWholeFileOrNothing) {
  const testing_support::TemporaryFolder folder;
  EXPECT_EQ(file_digest(folder.write("file", std::string("a\r\n\0b", 5))), content_digest(std::string_view("a\r\n\0b", 5)));
  EXPECT_FALSE(file_digest(folder.path()).has_value());
  EXPECT_FALSE(file_digest(folder.file("absent")).has_value());
  EXPECT_FALSE(file_digest(std::string(5000, 'x')).has_value());  // an option's text that is no file name
}

TEST(ProblemSet, ReadsGsm8kRows) {
  const auto set = parse_problem_set(
      R"({"question": "How many?", "answer": "2+2 = <<2+2=4>>4 cakes.\n#### 1,234"})", "rows.jsonl");
  ASSERT_TRUE(set.ok()) << set.status().to_string();
  ASSERT_EQ(set->rows.size(), 1u);
  EXPECT_EQ(set->rows[0].question, "How many?");
  EXPECT_EQ(set->rows[0].reference, "1,234");
  EXPECT_EQ(set->rows[0].id, "1");
  EXPECT_EQ(set->rows[0].solution, "2+2 = <<2+2=4>>4 cakes.\n#### 1,234");
}

TEST(ProblemSet, ReadsMathRows) {
  const auto set = parse_problem_set(
      R"({"problem": "Area?", "solution": "So \\boxed{3} or rather \\boxed{\\frac{1}{2}}.", "unique_id": "test/a/7.json"})"
      "\n"
      R"({"problem": "Sum?", "solution": "It is \\boxed{9}.", "answer": "\\sqrt{2}", "id": 12})",
      "rows.jsonl");
  ASSERT_TRUE(set.ok()) << set.status().to_string();
  EXPECT_EQ(set->rows[0].reference, "\\frac{1}{2}");
  EXPECT_EQ(set->rows[0].id, "test/a/7.json");
  EXPECT_EQ(set->rows[1].reference, "\\sqrt{2}");
  EXPECT_EQ(set->rows[1].id, "12");
  EXPECT_EQ(set->rows[1].solution, "It is \\boxed{9}.");
}

TEST(ProblemSet, ReferenceOrder) {
  EXPECT_EQ(reference_in(R"({"question": "q", "answer": "\\boxed{1}\n#### 2"})"), "2");
  EXPECT_EQ(reference_in(R"({"question": "q", "answer": "\\boxed{1}", "solution": "#### 2"})"), "1");
  EXPECT_EQ(reference_in(R"({"question": "q", "answer": 7.5})"), "7.5");
  EXPECT_EQ(reference_in(R"({"question": "q", "answer": " (A) "})"), "(A)");
  EXPECT_EQ(reference_in(R"({"question": "q", "answer": "long\nprose", "solution": "\\boxed{4}"})"), "4");
}

TEST(ProblemSet, ByteOrderMarkLineEndsAndBlankLines) {
  const auto set = parse_problem_set(
      "\xEF\xBB\xBF{\"question\": \"a\", \"answer\": \"#### 1\"}\r\n\r\n   \n{\"question\": \"b\", \"answer\": \"#### 2\"}",
      "rows.jsonl");
  ASSERT_TRUE(set.ok()) << set.status().to_string();
  ASSERT_EQ(set->rows.size(), 2u);
  EXPECT_EQ(set->rows[1].line, 4u);
  EXPECT_EQ(set->rows[1].id, "4");
  EXPECT_EQ(set->rows[1].reference, "2");
}

TEST(ProblemSet, ErrorsNameFileAndLine) {
  const std::string good = "{\"question\": \"a\", \"answer\": \"#### 1\"}\n";
  EXPECT_EQ(error_of(good + "{\"question\": \"b\", "), "rows.jsonl:2: not valid JSON near character 18");
  EXPECT_EQ(error_of(good + "[1]"), "rows.jsonl:2: a row must be a JSON object, {...}, on one line");
  EXPECT_EQ(error_of("{\"answer\": \"1\"}"), "rows.jsonl:1: the row has no text in \"question\" or \"problem\"");
  EXPECT_NE(error_of("{\"question\": \"q\", \"answer\": \"two\\nlines\"}").find("rows.jsonl:1: the row has no reference"),
            std::string::npos);
  EXPECT_NE(error_of("{\"problem\": \"q\", \"solution\": \"no box\"}").find("no reference answer"), std::string::npos);
  EXPECT_EQ(error_of("{\"id\": \"x\", \"question\": \"a\", \"answer\": \"1\"}\n\n{\"id\": \"x\", \"question\": \"b\", \"answer\": \"2\"}"),
            "rows.jsonl:3: the id \"x\" is already on line 1");
  EXPECT_NE(error_of("{\"question\": \"\xff\", \"answer\": \"1\"}").find("rows.jsonl:1: not valid JSON"), std::string::npos);
  EXPECT_EQ(error_of(" \n\n"), "rows.jsonl has no rows");
}

TEST(ProblemSet, OffsetAndLimit) {
  std::string text;
  for (int i = 1; i <= 5; ++i) text += "{\"question\": \"q\", \"answer\": \"" + std::to_string(i) + "\"}\n";
  const auto set = parse_problem_set(text, "rows.jsonl", {.offset = 1, .limit = 2});
  ASSERT_TRUE(set.ok());
  ASSERT_EQ(set->rows.size(), 2u);
  EXPECT_EQ(set->rows[0].reference, "2");
  EXPECT_EQ(set->rows[1].id, "3");
  EXPECT_EQ(set->rows_in_file, 5u);
  EXPECT_EQ(parse_problem_set(text, "r", {.offset = 4, .limit = 100})->rows.size(), 1u);
  EXPECT_EQ(error_of(text, {.offset = 5}), "the offset 5 is past the end: rows.jsonl has 5 rows");
  EXPECT_EQ(error_of(text, {.limit = 0}), "the limit of rows must be at least 1");
  // The digest is the file's, whatever part of it is used: more rows later reuse the same results.
  EXPECT_EQ(set->digest, content_digest(text));
}

TEST(ProblemSet, Boxes) {
  EXPECT_EQ(last_boxed("\\boxed{a}{b}"), "a");
  EXPECT_EQ(last_boxed("\\boxed{ \\{1,2\\} }"), "\\{1,2\\}");
  EXPECT_EQ(last_boxed("$\\boxed 5$"), "5");
  EXPECT_EQ(last_boxed("\\fbox{7}"), "7");
  EXPECT_EQ(last_boxed("\\boxed{8} then \\boxed{9"), "8");
  EXPECT_EQ(last_boxed("\\boxed{}"), std::nullopt);
  EXPECT_EQ(last_boxed("none"), std::nullopt);
  std::string hostile;
  for (int i = 0; i < 100000; ++i) hostile += "\\boxed{";
  EXPECT_EQ(last_boxed(hostile), std::nullopt);
}

TEST(ProblemSet, Files) {
  const testing_support::TemporaryFolder folder;
  const auto file = folder.write("set.jsonl", "{\"question\": \"a\", \"answer\": \"#### 1\"}\n");
  const auto set = read_problem_set(file);
  ASSERT_TRUE(set.ok());
  EXPECT_EQ(set->name, "set.jsonl");
  EXPECT_EQ(read_problem_set(folder.file("absent.jsonl")).status().kind(), ErrorKind::not_found);
  EXPECT_EQ(read_problem_set(folder.path()).status().kind(), ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace reckon
