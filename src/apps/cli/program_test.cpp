// The program end to end, without a download: the fake models stand in for a language model.
#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "apps/cli/program_test_support.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::json;

using testing_support::contains;

// Samples that fill the context, so many that they take minutes.
const std::vector<std::string> kEndless = {"solve", "--model", "fake:constant", "q", "--top-k", "1", "-n", "1024", "--max-tokens", "1000000"};

TEST_F(ProgramTest, HelpIsForNewcomers) {
  const auto help = run({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* part : {"solve", "list", "models", "bench", "perf", "completion", "Examples:"}) EXPECT_TRUE(contains(help.out, part)) << part;
  const auto solve = run({"solve", "--help"});
  EXPECT_EQ(solve.code, 0);
  for (const char* part : {"--strategy", "--samples", "--deadline", "--temperature", "[0.7]", "Sampling:", "Output:"}) {
    EXPECT_TRUE(contains(solve.out, part)) << part;
  }
  const auto bare = run({});
  EXPECT_EQ(bare.code, 2);
  EXPECT_EQ(bare.error, help.out);
}

TEST_F(ProgramTest, VersionNamesLlama) {
  const auto version = run({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_TRUE(version.out.starts_with("reckon "));
  EXPECT_TRUE(contains(version.out, "llama.cpp "));
}

TEST_F(ProgramTest, ListComesFromTheSpecs) {
  const auto all = run({"list"});
  EXPECT_EQ(all.code, 0);
  for (const char* part : {"vote", "cot", "likelihood", "samples", "an integer from 1 to 1024", "arXiv"}) EXPECT_TRUE(contains(all.out, part)) << part;
  const auto one = run({"list", "prompt"});
  EXPECT_FALSE(contains(one.out, "vote"));
  const Json json = Json::parse(run({"list", "strategies", "--json"}).out);
  ASSERT_TRUE(json.contains("strategies"));
  EXPECT_FALSE(json.contains("prompts"));
  const auto& specs = json["strategies"];
  EXPECT_TRUE(std::any_of(specs.begin(), specs.end(), [](const Json& spec) { return spec["name"] == "vote" && spec["options"][0]["default"] == 8; }));
  expect_error(run({"list", "strategie"}), 2, "did you mean strategies?");
}

TEST_F(ProgramTest, UsageErrorsSayWhatToDo) {
  expect_error(run({"slove", "q"}), 2, "did you mean solve?");
  expect_error(run({"solve", "--modle", "x", "q"}), 2, "did you mean --model?");
  expect_error(run({"solve", "--stratgy=vote"}), 2, "did you mean --strategy?");
  expect_error(run({"solve"}), 2, "question");
  expect_error(run({"solve", "two", "words"}), 2, "quotes");
  expect_error(run({"models"}), 2, "list, pull, verify, info");
  expect_error(run({"models", "pul"}), 2, "did you mean pull?");
  expect_error(run({"bench", "x.jsonl"}), 2, "--strategies");
}

TEST_F(ProgramTest, WrongValuesNameTheirRange) {
  expect_error(run({"solve", "q", "--max-tokens", "many"}), 2, "an integer from 1 to");
  expect_error(run({"solve", "q", "--temperature", "-1"}), 2, "a number from 0 to 100");
  expect_error(run({"solve", "q", "--slots", "0"}), 2, "an integer from 1 to 256");
  expect_error(run({"solve", "q", "-n", "0"}), 2, "an integer from 1 to 1024");
  expect_error(run({"perf", "samples", "--samples", "1,x"}), 2, "an integer from 1 to 1024");
  expect_error(run({"perf", "search", "--on-model", "--nodes", "1000"}), 2, "--nodes");
  expect_error(run({"perf", "search", "--branches", "8"}), 2, "--on-model");
  expect_error(run({"solve", "q", "--deadline", "5x"}), 2, "500ms, 10s, 2m");
  expect_error(run({"solve", "q", "--answer-kind", "choice:99"}), 2, "2 to 26");
  expect_error(run({"solve", "q", "-s", "vot"}), 3, "did you mean \"vote\"?");
  expect_error(run({"solve", "q", "--set", "sampels=3"}), 2, "did you mean \"samples\"?");
  expect_error(run({"solve", "q", "-s", "single", "-n", "4"}), 2, "no samples");
}

TEST_F(ProgramTest, MissingThingsAreNotFound) {
  expect_error(run({"solve", "q"}), 3, "reckon models pull");
  expect_error(run({"solve", "q", "-m", "qwen2.5-coder"}), 3, "qwen2.5-coder-0.5b");
  expect_error(run({"solve", "q", "-m", path("none.gguf")}), 3, "there is no file");
  expect_error(run({"models", "info", "nothing"}), 3, "nothing");
  expect_error(run({"bench", path("none.jsonl"), "--strategies", "vote"}), 3, "none.jsonl");
  write("broken.gguf", "this is no model");
  expect_error(run({"solve", "q", "-m", path("broken.gguf")}), 2, "broken.gguf");
}

TEST_F(ProgramTest, AnAdapterNeedsAModelThatTakesIt) {
  expect_error(run({"solve", "q", "-m", "fake:words+edit.gguf"}), 4, "takes no adapter, so edit.gguf");
  expect_error(run({"solve", "q", "-m", "fake:words", "--role", "edit=+edit.gguf"}), 4, "takes no adapter, so edit.gguf");
  expect_error(run({"solve", "q", "-m", "fake:words", "--role", "edit=fake:word+edit.gguf"}), 3, "fake:words");
  expect_error(run({"solve", "q", "-m", "fake:words", "--role", "edit="}), 3, "there is no model named");
  write("a+b.gguf", "a file of that name is no adapter");
  expect_error(run({"solve", "q", "-m", path("a+b.gguf")}), 2, "not a GGUF file");
}

TEST_F(ProgramTest, AnEmptyQuestionIsAnError) {
  expect_error(run({"solve", ""}), 2, "the question is empty");
  expect_error(run({"solve", "-", "-m", "fake:words"}, {.input = " \n"}), 2, "the question is empty");
}

TEST_F(ProgramTest, TooLongAPromptIsAnErrorAndLeavesNoFile) {
  std::string question;
  for (int i = 0; i < 5000; ++i) question += "word ";
  expect_error(run({"solve", "-", "-m", "fake:words", "--trace", path("trace")}, {.input = question}), 2, "--context");
  EXPECT_FALSE(std::filesystem::exists(path("trace")));
}

TEST_F(ProgramTest, SolvesInPlainTextOnAPipe) {
  const auto solved = run({"solve", "-m", "fake:words", "2+2?"});
  EXPECT_EQ(solved.code, 0);
  EXPECT_EQ(solved.error, "");
  EXPECT_FALSE(contains(solved.out, "\x1b"));
  for (const char* part : {"Answer: 4", "of 8 traces agree", "Bill: prompt tokens", "computed", "cached", "sampled"}) EXPECT_TRUE(contains(solved.out, part)) << part;
  EXPECT_EQ(run({"solve", "-", "-m", "fake:words", "-q"}, {.input = "2+2?"}).out, "4\n");
}

TEST_F(ProgramTest, JsonHasEverythingAndIsRepeatable) {
  const std::vector<std::string> arguments = {"solve", "-m", "fake:words", "2+2?", "--json", "--seed", "7", "-n", "5", "--set", "prompt.form=two_stage"};
  Json first = Json::parse(run(arguments).out);
  EXPECT_EQ(first["format"], "reckon-solve-1");
  EXPECT_EQ(first["traces"], 5);
  EXPECT_EQ(first["request"]["strategy"]["options"]["samples"], "5");
  EXPECT_EQ(first["request"]["prompt"]["options"]["form"], "two_stage");
  EXPECT_EQ(first["request"]["seed"], 7);
  EXPECT_EQ(first["bill"]["traces"], 5);
  EXPECT_GT(first["bill"]["generated"], 0);
  std::vector<std::string> one_thread = arguments;
  one_thread.insert(one_thread.end(), {"--threads", "1", "--slots", "2"});
  const Json second = Json::parse(run(one_thread).out);
  EXPECT_EQ(first["answer"], second["answer"]);
  EXPECT_EQ(first["shares"], second["shares"]);
  EXPECT_EQ(first["bill"]["generated"], second["bill"]["generated"]);
}

TEST_F(ProgramTest, ABudgetStopsTheRunWithTheReason) {
  const Json json = Json::parse(run({"solve", "-m", "fake:words", "2+2?", "--json", "--budget-tokens", "60"}).out);
  EXPECT_EQ(json["stop"], "budget");
  EXPECT_EQ(json["cap"], "generated_tokens");
  EXPECT_LE(json["bill"]["generated"], 60);
  EXPECT_TRUE(contains(run({"solve", "-m", "fake:words", "2+2?", "--budget-tokens", "60"}).out, "Stopped early: the budget was used up"));
  expect_error(run({"solve", "-m", "fake:words", "2+2?", "--context", "32"}), 2, "--context");
}

TEST_F(ProgramTest, TraceIsOneJsonObjectALine) {
  EXPECT_EQ(run({"solve", "-m", "fake:words", "2+2?", "-n", "3", "-q", "--trace", path("trace.jsonl")}).code, 0);
  std::ifstream file(path("trace.jsonl"));
  std::map<std::string, int> events;
  double time = 0.0;
  for (std::string line; std::getline(file, line);) {
    const Json event = Json::parse(line);
    ++events[event["event"].get<std::string>()];
    EXPECT_GE(event["milliseconds"].get<double>(), 0.0);
    time = std::max(time, event["milliseconds"].get<double>());
  }
  EXPECT_EQ(events["run_started"], 1);
  EXPECT_EQ(events["branch_opened"], 3);
  EXPECT_EQ(events["trace_finished"], 3);
  EXPECT_EQ(events["run_finished"], 1);
  EXPECT_GT(events["tokens"], 10);
  EXPECT_GT(time, 0.0);
}

TEST_F(ProgramTest, TreeIsPlainLinesOnAPipe) {
  const auto solved = run({"solve", "-m", "fake:words", "2+2?", "-n", "2", "--tree"});
  EXPECT_TRUE(contains(solved.error, "trace 1 opened"));
  EXPECT_TRUE(contains(solved.error, "end_of_text"));
  EXPECT_FALSE(contains(solved.error, "\x1b"));
}

TEST_F(ProgramTest, AFullDiskIsOneLine) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  const auto traced = run({"solve", "-m", "fake:words", "2+2?", "-q", "--trace", "/dev/full"});
  EXPECT_EQ(traced.code, 5);
  EXPECT_EQ(traced.out, "4\n");  // the answer is not lost with its trace
  EXPECT_TRUE(contains(traced.error, "/dev/full could not be written: the disk is full"));
  expect_error(run({"solve", "-m", "fake:words", "2+2?"}, {.out_file = "/dev/full"}), 5, "the disk is full");
  expect_error(run({"list"}, {.out_file = "/dev/full"}), 5, "the disk is full");
  expect_error(run({"solve", "-m", "fake:words", "q", "--trace", path("none/trace")}), 7, "No such file");
}

TEST_F(ProgramTest, CtrlCReturnsTheBestAnswerSoFar) {
  const auto stopped = run(kEndless, {.interrupt_after_ms = 500});
  EXPECT_EQ(stopped.code, 130);
  EXPECT_TRUE(contains(stopped.out, "Stopped early: interrupted"));
  EXPECT_TRUE(contains(stopped.out, "traces agree"));
}

TEST_F(ProgramTest, PerfPrintsItsNumbers) {
  const auto forked = run({"perf", "fork", "-m", "fake:constant", "--depths", "10,20", "--json"});
  EXPECT_EQ(forked.code, 0) << forked.error;
  EXPECT_EQ(Json::parse(forked.out)[1]["depth"], 20);
}

TEST_F(ProgramTest, CompletionKnowsCommandsAndPlugins) {
  const auto bash = run({"completion", "bash"});
  EXPECT_EQ(bash.code, 0);
  for (const char* part : {"reckon models pull", "--deadline", "vote.samples=", "complete -o default -F _reckon reckon"}) EXPECT_TRUE(contains(bash.out, part)) << part;
  EXPECT_TRUE(contains(run({"completion", "zsh"}).out, "bashcompinit"));
  expect_error(run({"completion", "fish"}), 2, "fish");
  if (system("command -v bash >/dev/null") != 0) return;
  write("completion.sh", bash.out + "COMP_WORDS=(reckon solve --strategy vo); COMP_CWORD=3; _reckon; echo ${COMPREPLY[@]}\n"
                                    "COMP_WORDS=(reckon models pull smol); COMP_CWORD=3; _reckon; echo ${COMPREPLY[@]}\n");
  EXPECT_EQ(system(("bash " + path("completion.sh") + " > " + path("completed")).c_str()), 0);
  EXPECT_EQ(read_all(path("completed")), "vote\nsmollm2-135m\n");
}

TEST_F(ProgramTest, WithoutIsolationProgramsRunOnlyWhereAskedAndTheResultSaysSo) {
  const Options hidden{.launcher = {"/usr/bin/bwrap", "--dev-bind", "/", "/", "--ro-bind", "/dev/null", "/usr/bin/bwrap"}};
  if (run({"--version"}, hidden).code != 0) GTEST_SKIP() << "no bubblewrap here that could be hidden";
  std::vector<std::string> arguments = {"solve", "-m", "fake:words", "--prompt", "program", "2+2?"};
  expect_error(run(arguments, hidden), 4, "sandbox check");
  arguments.push_back("--unsafe-exec");
  const auto unsafe = run(arguments, hidden);
  EXPECT_EQ(unsafe.code, 0) << unsafe.error;
  EXPECT_TRUE(contains(unsafe.out + unsafe.error, "without isolation"));
  const auto isolated = run(arguments);
  EXPECT_FALSE(contains(isolated.out + isolated.error, "without isolation"));
}

TEST_F(ProgramTest, ModelsListSaysWhatIsHere) {
  const auto list = run({"models", "list"});
  EXPECT_EQ(list.code, 0);
  EXPECT_TRUE(contains(list.out, "absent"));
  const Json json = Json::parse(run({"models", "list", "--json"}).out);
  EXPECT_EQ(json[0]["name"], "qwen2.5-coder-0.5b");
  EXPECT_EQ(json[0]["state"], "absent");
  EXPECT_TRUE(contains(run({"models", "info", "smollm2-135m"}).out, "Apache-2.0"));
  expect_error(run({"models", "verify", "smollm2-135m"}), 3, "reckon models pull smollm2-135m");
  expect_error(run({"models", "pull", "smollm2-135"}), 3, "did you mean smollm2-135m?");
}

}  // namespace
}  // namespace reckon::cli
