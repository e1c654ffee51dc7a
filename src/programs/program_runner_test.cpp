#include "programs/program_runner.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "programs/program_meter.h"
#include "programs/programming_prompt.h"
#include "programs/tests_json.h"

namespace reckon {
namespace {

using sandbox::Verdict;

class Runner : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = ProgramRunner::shared({.test_seconds = 1.0});
    if (!opened.ok()) GTEST_SKIP() << opened.status().to_string();
    runner_ = *opened;
  }
  std::shared_ptr<const ProgramRunner> runner_;
};

ProgramTests sums() {
  ProgramTests tests;
  tests.tests = {{"3 4\n", "7\n"}, {"10 -2\n", "8"}};
  return tests;
}

ProgramTests halves() {
  ProgramTests tests;
  tests.kind = ProgramTests::Kind::function;
  tests.entry_point = "half";
  tests.starter = "import math\n\ndef half(n):\n    \"\"\" Half of n. \"\"\"\n";
  tests.tests = {{"half(4)", "2"}, {"half(3)", "1.5"}, {"assert half(0) == 0", ""}};
  return tests;
}

TEST_F(Runner, WholeProgramsInTwoLanguages) {
  const std::vector<std::string> programs = {
      "a, b = map(int, input().split())\nprint(a + b)\n", "a, b = map(int, input().split())\nprint(a * b)\n", "print(x)\n",
      "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n", "int main() { nonsense }\n",
      "while True: pass\n"};
  const auto reports = runner_->run_tests(programs, sums());
  ASSERT_EQ(reports.size(), 6u);
  EXPECT_TRUE(reports[0].all());
  EXPECT_EQ(reports[1].passed, 0);
  EXPECT_EQ(reports[1].tests[0].verdict, Verdict::wrong_answer);
  EXPECT_EQ(reports[1].tests[0].output, "12\n");
  EXPECT_EQ(reports[2].tests[0].verdict, Verdict::runtime_error);
  EXPECT_EQ(reports[2].tests[0].error, "NameError: name 'x' is not defined (line 1)");
  EXPECT_TRUE(reports[3].all());
  EXPECT_EQ(reports[4].tests[1].verdict, Verdict::compile_error);
  EXPECT_EQ(reports[5].tests[0].verdict, Verdict::time_limit);
}

TEST_F(Runner, WhatIsAskedForInCppIsCompiledAsSuch) {
  ProgramTests tests = sums();
  tests.language = ProgramLanguage::cpp;
  const std::string python = "a, b = map(int, input().split())\nprint(a + b)\n";
  EXPECT_EQ(runner_->run_tests(python, tests).tests[0].verdict, Verdict::compile_error);
  EXPECT_TRUE(runner_->run_tests(python, sums()).all()) << "the other language is another run";
}

// A limit of wall time says something about the machine, too.
TEST_F(Runner, ARunThatWaitedTooLongIsNotRemembered) {
  const std::string waits = "import time\ntime.sleep(60)\n";
  const Execution slept = runner_->run(waits, "");
  EXPECT_EQ(slept.verdict, Verdict::time_limit);
  EXPECT_FALSE(slept.repeatable);
  const Execution busy = runner_->run("while True: pass\n", "");
  EXPECT_EQ(busy.verdict, Verdict::time_limit);
  EXPECT_EQ(busy.repeatable, busy.error.find("processor time") != std::string::npos) << "wall time, where the machine is busy";
}

TEST_F(Runner, BeginsNothingOnceItIsStopped) {
  int asked = 0;
  const auto runner = runner_->stopped_by([&asked] { return ++asked > 4; });
  std::vector<std::string> programs;
  const int many = 20 * static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
  for (int i = 0; i < many; ++i) programs.push_back("import time\ntime.sleep(0.1)\nprint(" + std::to_string(i) + ")\n");
  const auto reports = runner->run_tests(programs, sums());
  const auto begun = std::ranges::count_if(reports, [](const TestReport& report) { return std::ranges::find(report.tests, Verdict::wrong_answer, &Execution::verdict) != report.tests.end(); });
  EXPECT_GT(begun, 0);
  EXPECT_LT(begun, many);
  EXPECT_TRUE(std::ranges::find(reports, "the run was stopped", &TestReport::fault) != reports.end());
  EXPECT_TRUE(runner_->run_tests(programs.back(), sums()).fault().empty()) << "and it is not remembered";
}

TEST_F(Runner, FunctionsWholeAndCompleted) {
  EXPECT_TRUE(runner_->run_tests("def half(n):\n    return n / 2\n", halves()).all());
  EXPECT_TRUE(runner_->run_tests("    return math.fabs(n) / 2\n", halves()).all()) << "the starter is part of the program";
  const auto wrong = runner_->run_tests("def half(n):\n    print('pass')\n    return n // 2\n", halves());
  EXPECT_EQ(wrong.passed, 2);
  EXPECT_EQ(wrong.tests[1].output, "1");
  EXPECT_EQ(wrong.tests[1].verdict, Verdict::wrong_answer);
  const auto gone = runner_->run_tests("import os\nos._exit(0)\ndef half(n):\n    return n / 2\n", halves());
  EXPECT_EQ(gone.passed, 0) << "an early end is no result";
  for (const char* forger : {"import os\nos.write(1, b'pass\\n')\nos._exit(0)\n", "import os\nfor fd in range(1, 9):\n    try: os.write(fd, b'pass\\n')\n    except OSError: pass\nos._exit(0)\n",
                             "import __main__\n__main__.same = lambda *a: True\ndef half(n):\n    return 77\n",
                             "def half(n):\n    return eval(open('expected.txt').read())\n"}) {
    EXPECT_LE(runner_->run_tests(forger, halves()).passed, 1) << forger << "(the assertion alone may pass)";
  }
  const auto loud = runner_->run_tests("import os, sys\ndef half(n):\n    os.system('echo loud')\n    print('x', file=sys.__stdout__, flush=True)\n    return n / 2\n", halves());
  EXPECT_TRUE(loud.all()) << "what a program prints, it may print anywhere";
  EXPECT_FALSE(*runner_->passes("def half(n):\n    return n // 2\n", halves()));
  EXPECT_TRUE(*runner_->passes("half = lambda n: n / 2\n", halves()));
}

TEST_F(Runner, ResultsWithoutExpectations) {
  const std::vector<std::string> programs = {"def half(n):\n    return n / 2\n", "def half(n):\n    return n // 2\n"};
  const std::vector<std::string> inputs = {"half(4)", "half(5)", "half('a')"};
  const auto table = runner_->run_inputs(programs, halves(), inputs);
  EXPECT_EQ(table[0][0].output, "2.0");
  EXPECT_EQ(table[1][1].output, "2");
  EXPECT_EQ(table[0][2].verdict, Verdict::runtime_error);
}

TEST_F(Runner, EqualProgramsRunOnceAndAreRemembered) {
  // A program that prints something new each time it really runs.
  const std::string fresh = "import os\nprint(os.urandom(8).hex())\n";
  const std::vector<std::string> programs = {fresh, fresh};
  const auto table = runner_->run_inputs(programs, sums(), std::vector<std::string>{"1 2", "1 2 "});
  EXPECT_EQ(table[0][0].output, table[1][0].output);
  EXPECT_NE(table[0][0].output, table[0][1].output) << "another input is another run";
  EXPECT_EQ(runner_->run(fresh, "1 2").output, table[0][0].output);
}

TEST_F(Runner, AMeterCountsWhatIsStarted) {
  const std::vector<std::string> inputs = {"1 2", "3 4"};
  const std::vector<std::string> programs = {"print('metered')", "print('metered')", "print('metered too')"};
  ProgramMeter outer;
  {
    ProgramMeter meter;
    runner_->run_inputs(programs, sums(), inputs);
    EXPECT_EQ(meter.usage().runs, 2 * 2) << "equal programs run once";
    EXPECT_GT(meter.usage().seconds, 0.0);
    const double seconds = meter.usage().seconds;
    runner_->run_inputs(programs, sums(), inputs);
    EXPECT_EQ(meter.usage().runs, 2 * 2) << "and are remembered";
    EXPECT_EQ(meter.usage().seconds, seconds);
    runner_->run("// compiled and run\n#include <iostream>\nint main() { std::cout << 5; }");
    EXPECT_EQ(meter.usage().runs, 2 * 2 + 2);
  }
  EXPECT_EQ(outer.usage().runs, 0);
  runner_->run("print('metered last')");
  EXPECT_EQ(outer.usage().runs, 1);
}

TEST_F(Runner, FeedbackSaysWhatHappened) {
  const auto report = runner_->run_tests("a, b = map(int, input().split())\nprint(7 if a < 9 else [][0])\n", sums());
  EXPECT_EQ(test_feedback(sums(), report),
            "Test 1: passed\n  Input: 3 4\n  Expected: 7\n  Got: 7\n"
            "Test 2: error\n  Input: 10 -2\n  Expected: 8\n  Error: IndexError: list index out of range (line 2)\n");
}

TEST(ProgrammingPrompt, CutsLongTextsInTheMiddle) {
  EXPECT_EQ(shortened("abcdefgh", 4), "ab ... gh");
  EXPECT_EQ(shortened("abcd", 4), "abcd");
  EXPECT_EQ(shortened("\u00e9\u00e9\u00e9", 2), " ... ") << "no half character";
}

TEST(TestsJson, BothKinds) {
  const auto whole = parse_program_tests(R"json({"kind": "stdin", "tolerance": 0.001, "tests": [{"input": "1", "output": "2"}]})json");
  ASSERT_TRUE(whole.ok()) << whole.status().to_string();
  EXPECT_EQ(whole->tests[0].expected, "2");
  EXPECT_EQ(whole->relative_tolerance, 0.001);
  EXPECT_EQ(parse_program_tests(R"({"kind": "stdin", "language": "cpp", "tests": []})")->language, ProgramLanguage::cpp);
  const auto function = parse_program_tests(
      R"json({"kind": "function", "entry_point": "f", "tests": [{"call": "f(1)", "expected": [1, true, null, "a"]}, {"assert": "assert f(2)"}]})json");
  ASSERT_TRUE(function.ok()) << function.status().to_string();
  EXPECT_EQ(function->tests[0].expected, "[1, True, None, \"a\"]");
  EXPECT_EQ(function->tests[1].expected, "");
}

TEST(TestsJson, ErrorsNameThePlace) {
  const auto error = [](const char* json) { return parse_program_tests(json).status().to_string(); };
  EXPECT_NE(error(R"({"kind": "stdin", "language": "ada", "tests": []})").find("python or cpp"), std::string::npos);
  EXPECT_NE(error(R"({"kind": "function", "language": "cpp", "entry_point": "f", "tests": []})").find("kind stdin"), std::string::npos);
  EXPECT_EQ(error("{"), "not valid JSON");
  EXPECT_EQ(error(R"json({"kind": "stdin"})json"), "no list \"tests\"");
  EXPECT_EQ(error(R"json({"kind": "file", "tests": []})json"), "\"kind\" is \"file\"; it takes stdin or function");
  EXPECT_EQ(error(R"json({"kind": "function", "tests": []})json"), "no \"entry_point\"");
  EXPECT_EQ(error(R"json({"kind": "stdin", "tests": [{"input": "1", "outptu": "2"}]})json"),
            "tests[0]: \"outptu\" is not a field; it takes input, output; did you mean \"output\"?");
  EXPECT_EQ(error(R"json({"kind": "stdin", "tests": [{"input": "1", "output": "2"}, {"input": 1}]})json"), "tests[1]: \"input\" must be text");
  EXPECT_EQ(error(R"json({"kind": "function", "entry_point": "f", "tests": [{"call": "f()"}]})json"), "tests[0]: no \"expected\"");
}

}  // namespace
}  // namespace reckon
