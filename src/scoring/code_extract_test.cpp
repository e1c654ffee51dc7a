#include "scoring/code_extract.h"

#include <gtest/gtest.h>

namespace reckon {
namespace {

using Source = ExtractedCode::Source;

TEST(CodeExtract, AFencedBlock) {
  const auto code = extract_code("Here it is:\n```python\nprint(int(input()) + 1)\n```\nIt adds one.");
  EXPECT_EQ(code.code, "print(int(input()) + 1)\n");
  EXPECT_EQ(code.language, ProgramLanguage::python);
  EXPECT_EQ(code.source, Source::fence);
  EXPECT_EQ(extract_code("~~~\nprint(1)\n~~~").code, "print(1)\n");
}

TEST(CodeExtract, AFenceThatTheReplysEndCutsOff) {
  const auto code = extract_code("```python\nn = int(input())\nprint(n)");
  EXPECT_EQ(code.code, "n = int(input())\nprint(n)\n");
  EXPECT_EQ(code.source, Source::cut_fence);
}

TEST(CodeExtract, NeitherTheFirstNorTheLastFenceButTheProgram) {
  const std::string reply =
      "```\n3 4\n```\nThe program:\n```python\na, b = map(int, input().split())\nprint(a + b)\n```\n"
      "Run it:\n```bash\npython program.py < a_rather_long_name_of_an_input_file_that_is_longer.txt\n```\n```\n7\n```";
  EXPECT_EQ(extract_code(reply).code, "a, b = map(int, input().split())\nprint(a + b)\n");
}

TEST(CodeExtract, TheLastDefinitionOfTheFunctionWins) {
  const std::string reply =
      "```python\ndef add(a, b):\n    return a - b  # a first and much longer try\n```\nNo:\n"
      "```python\ndef add(a, b):\n    return a + b\n```\n```python\nprint(add(2, 3))\n```";
  EXPECT_EQ(extract_code(reply, "add").code, "def add(a, b):\n    return a + b\n");
}

TEST(CodeExtract, AnIndentedFenceLosesItsIndentOnly) {
  EXPECT_EQ(extract_code("1. Code:\n   ```python\n   if True:\n       print(1)\n   ```").code, "if True:\n    print(1)\n");
}

TEST(CodeExtract, WithoutAFenceProseIsLeftOut) {
  const auto code = extract_code("Sure, this works:\n\nimport sys\nfor line in sys.stdin:\n    print(line)\n\nIt reads every line and prints it.");
  EXPECT_EQ(code.code, "import sys\nfor line in sys.stdin:\n    print(line)\n");
  EXPECT_EQ(code.source, Source::unfenced);
  EXPECT_EQ(extract_code("from math import gcd\nprint(gcd(4, 6))").code, "from math import gcd\nprint(gcd(4, 6))\n");
}

TEST(CodeExtract, ACompletionIsTakenWholeWithItsIndent) {
  const auto code = extract_code("    return a + b\n", "add");
  EXPECT_EQ(code.code, "    return a + b\n");
  EXPECT_EQ(code.source, Source::whole_text);
}

TEST(CodeExtract, NothingInAnEmptyReplyOrAfterTheThinking) {
  EXPECT_EQ(extract_code("").source, Source::none);
  EXPECT_TRUE(extract_code("<think>```python\nprint(1)\n```</think>  \n").code.empty());
  EXPECT_EQ(extract_code("<think>```python\nprint(1)\n```</think>```python\nprint(2)\n```").code, "print(2)\n");
}

TEST(CodeExtract, Languages) {
  EXPECT_EQ(extract_code("```cpp\nint x;\n```").language, ProgramLanguage::cpp);
  EXPECT_EQ(extract_code("```\n#include <iostream>\nint main() { int n; std::cin >> n; }\n```").language, ProgramLanguage::cpp);
  EXPECT_EQ(detect_language("# int main in a comment\nprint(1)"), ProgramLanguage::python);
}

TEST(CodeExtract, WhatDefinesAFunction) {
  EXPECT_TRUE(defines_function("def add (a):\n", "add"));
  EXPECT_TRUE(defines_function("add = lambda a: a", "add"));
  EXPECT_FALSE(defines_function("def adder(a):\n", "add"));
  EXPECT_FALSE(defines_function("add == 3", "add"));
  EXPECT_FALSE(defines_function("class A:\n    def add(self):\n", "add"));
}

TEST(CodeExtract, CompletingAFunction) {
  ProgramTests tests;
  tests.kind = ProgramTests::Kind::function;
  tests.entry_point = "add";
  tests.starter = "from typing import List\n\ndef add(a, b):\n    \"\"\" Adds. \"\"\"\n";
  EXPECT_EQ(complete_function("    return a + b\n", tests), tests.starter + "    return a + b\n\n");
  EXPECT_EQ(complete_function("def add(a, b):\n    return a + b\n", tests),
            "from typing import List\n\ndef add(a, b):\n    return a + b\n");
  EXPECT_NE(complete_function("return a + b\n", tests).find("\n    return a + b\n"), std::string::npos)
      << "a body that lost its indent";
}

}  // namespace
}  // namespace reckon
