// `reckon bench` end to end on the fake models.
#include <nlohmann/json.hpp>

#include "apps/cli/program_test_support.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::json;

class BenchProgramTest : public ProgramTest {
 protected:
  void SetUp() override {
    ProgramTest::SetUp();
    std::string rows;
    for (int i = 0; i < 12; ++i) {
      rows += Json{{"question", "What is 2+2? (" + std::to_string(i) + ")"}, {"answer", i % 3 == 0 ? "Count.\n#### 5" : "Count.\n#### 4"}}.dump() + "\n";
    }
    write("rows.jsonl", rows);
  }
  ProgramResult bench(std::vector<std::string> more) const { return bench(std::move(more), {}); }
  ProgramResult bench(std::vector<std::string> more, const Options& options) const {
    std::vector<std::string> arguments = {"bench", path("rows.jsonl"), "-m", "fake:words", "--store", path("store.db")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, options);
  }
};

TEST_F(BenchProgramTest, ComparesConfigurationsAndWritesReports) {
  const auto result = bench({"--strategies", "greedy=single:temperature=0,vote:samples=4", "--seeds", "2", "--json", path("out.json"), "--report", path("out.html")});
  EXPECT_EQ(result.code, 0) << result.error;
  EXPECT_NE(result.out.find("| greedy | 12 x 2 |"), std::string::npos) << result.out;
  EXPECT_NE(result.error.find("48/48"), std::string::npos) << result.error;  // a line now and then, without escapes
  EXPECT_EQ(result.error.find('\x1b'), std::string::npos);
  const Json json = Json::parse(read_all(path("out.json")));
  EXPECT_EQ(json["results"].size(), 48U);
  const Json& vote = json["configurations"][1];
  EXPECT_EQ(vote["settings"]["strategy"]["options"]["samples"], "4");
  EXPECT_EQ(vote["any_correct_known"], 24);
  EXPECT_GE(vote["any_correct_rate"].get<double>(), vote["accuracy"].get<double>());
  EXPECT_EQ(json["configurations"][0]["settings"]["temperature"], 0.0);
  EXPECT_NE(json["command"].get<std::string>().find("--strategies greedy=single:temperature=0"), std::string::npos);
  EXPECT_TRUE(read_all(path("out.html")).starts_with("<!"));
}

TEST_F(BenchProgramTest, ResumesWithWhatIsMissing) {
  ASSERT_EQ(bench({"--strategies", "vote", "--limit", "5", "-q"}).code, 0);
  const auto resumed = bench({"--strategies", "vote", "--resume", "--json", path("out.json")});
  EXPECT_EQ(resumed.code, 0);
  EXPECT_NE(resumed.error.find("5/12"), std::string::npos) << resumed.error;
  const Json json = Json::parse(read_all(path("out.json")));
  EXPECT_EQ(json["configurations"][0]["answers"], 12);
  EXPECT_EQ(json["configurations"][0]["any_correct_known"], 12);
  EXPECT_TRUE(json["results"][0]["any_correct"].is_boolean());
}

TEST_F(BenchProgramTest, CtrlCKeepsFinishedRows) {
  const std::vector<std::string> arguments = {"bench", path("rows.jsonl"), "-m", "fake:constant", "--store", path("store.db"), "--strategies", "vote:samples=1024",
                                              "--top-k", "1", "--max-tokens", "1000000", "--json", path("out.json")};
  const auto stopped = run(arguments, {.interrupt_after_ms = 500});
  EXPECT_EQ(stopped.code, 130);
  EXPECT_NE(stopped.error.find("--resume"), std::string::npos);
  EXPECT_EQ(Json::parse(read_all(path("out.json")))["missing"], 12);
}

// A replay says what the strategy itself would have said, at its price: exactly, where nothing else runs beside it.
TEST_F(BenchProgramTest, ReplaysAreWhatTheSmallerVotesGive) {
  const std::string others = "four=vote:samples=4,beta=adaptive_vote:samples=8:threshold=0.8,esc=adaptive_vote:samples=8:rule=esc:window=2,"
      "futile=adaptive_vote:samples=8:rule=none:futility=0.9,best=best_of_n:samples=8:scorer=self_certainty:select=max,"
      "borda=best_of_n:samples=8:scorer=confidence:select=borda,short=laconic:samples=8,deep=deepconf:samples=8:warmup=3:window=4:eta=40:parallel=2";
  const auto result = bench({"--strategies", "v=vote:samples=8," + others, "--statistics", "--replay", others, "--seeds", "2", "--max-tokens", "60", "--deterministic", "--in-flight", "1",
                             "--json", path("out.json"), "-q"});
  ASSERT_EQ(result.code, 0) << result.error;
  const Json json = Json::parse(read_all(path("out.json")));
  const auto all = [&](const std::string& configuration) {
    Json results = Json::array();
    for (const Json& each : json["results"]) {
      if (each["configuration"] != configuration) continue;
      const Json& tokens = each["tokens"];
      results.push_back({each["row"], each["seed"], each["answer"], each["correct"], tokens["sampled"].get<int>() + tokens["forced"].get<int>()});
    }
    return results;
  };
  ASSERT_EQ(all("four").size(), 24U);
  for (const char* each : {"four", "beta", "esc", "futile", "best", "borda", "short", "deep"}) {
    EXPECT_EQ(all(std::string("v ") + each), all(each)) << each;
  }
  for (const char* each : {"four", "beta", "esc", "futile", "short", "deep"}) EXPECT_NE(all(each), all("v")) << each;
  expect_error(bench({"--strategies", "vote", "--replay", "vote:last=3"}), 2, "last");
  expect_error(bench({"--strategies", "vote", "--role", "judge=http://127.0.0.1:1/v1"}), 2, "names its model");
  expect_error(bench({"--strategies", "vote", "--role", "judge=http://127.0.0.1:1/v1#m"}), 7, "127.0.0.1:1");
  expect_error(bench({"--strategies", "vote", "--role", "judge=fake:words", "--role", "judge=fake:words"}), 2, "given twice");
}

TEST_F(BenchProgramTest, WhatTracesDoNotTellIsNotReplayed) {
  const auto result = bench({"--strategies", "vote:samples=4", "--replay", "vote,best_of_n:samples=4:scorer=self_certainty,beam:beams=4:width=1,best_of_n:samples=4:scorer=judge,usc:samples=4"});
  ASSERT_EQ(result.code, 0) << result.error;
  for (const char* why : {"more traces than the 4", "token statistics, which were not recorded", "beam looks inside traces",
                          "its scorer reads more than token statistics", "usc asks the model more"}) {
    EXPECT_NE(result.out.find(why), std::string::npos) << why << "\n" << result.out;
  }
  // The ends of a search are no samples.
  const auto search = bench({"--strategies", "beam:beams=4:width=1:step_tokens=3:scorer=self_certainty", "--max-tokens", "40", "--replay", "vote:samples=2"});
  ASSERT_EQ(search.code, 0) << search.error;
  EXPECT_NE(search.out.find("Not replayed: beam"), std::string::npos) << search.out;
  EXPECT_EQ(search.out.find("| beam:beams=4:width=1:step_tokens=3:scorer=self_certainty vote:samples=2 |"), std::string::npos) << search.out;
  EXPECT_NE(bench({"--strategies", "single", "--replay", "vote:samples=2"}).out.find("Nothing was replayed"), std::string::npos);
  // A replay has the settings that its traces were made with.
  ASSERT_EQ(bench({"--strategies", "vote:samples=4", "--sweep", "temperature=0.5,0.9", "--replay", "two=vote:samples=2", "--json", path("out.json")}).code, 0);
  const Json configurations = Json::parse(read_all(path("out.json")))["configurations"];
  ASSERT_EQ(configurations.size(), 4U);
  EXPECT_EQ(configurations[3]["name"], "vote:samples=4 temperature=0.9 two");
  EXPECT_EQ(configurations[3]["settings"]["temperature"], 0.9);
  EXPECT_EQ(configurations[3]["settings"]["strategy"]["options"]["samples"], "2");
  expect_error(bench({"--strategies", "vote", "--replay", "vote:temperature=0.2"}), 2, "only the strategy and the scorer");
}

// A scorer's verdicts are kept with the traces: fewer of them, or another choice among them, needs no model.
TEST_F(BenchProgramTest, AScoredPoolIsReplayedByItsOwnScorer) {
  const std::string others = "fewer=best_of_n:samples=3:scorer=answer_probe,best=best_of_n:samples=6:select=max:scorer=answer_probe";
  const auto result = bench({"--strategies", "b=best_of_n:samples=6:scorer=answer_probe," + others, "--replay", others + ",best_of_n:samples=3:scorer=judge", "--limit", "4", "--seeds", "2",
                             "--max-tokens", "60", "--deterministic", "--in-flight", "1", "--json", path("out.json")});
  ASSERT_EQ(result.code, 0) << result.error;
  std::map<std::string, std::vector<std::string>> answers;
  const Json report = Json::parse(read_all(path("out.json")));
  for (const Json& each : report["results"]) answers[each["configuration"]].push_back(each["answer"].dump() + each["pool"].dump());
  EXPECT_NE(answers.at("fewer").front().find("\"score\""), std::string::npos);
  EXPECT_EQ(answers.at("b fewer"), answers.at("fewer"));
  EXPECT_EQ(answers.at("b best"), answers.at("best"));
  EXPECT_NE(result.out.find("no scores of its own were recorded"), std::string::npos) << result.out;
}

TEST_F(BenchProgramTest, GoesOnFromAnotherMachinesReport) {
  ASSERT_EQ(bench({"--strategies", "vote:samples=3", "--limit", "5", "-q", "--json", path("part.json")}).code, 0);
  const std::vector<std::string> rest = {"--strategies", "renamed=vote:samples=3", "--store", path("other.db"), "--import", path("part.json"), "--json", path("out.json")};
  const auto result = run([&] {
    std::vector<std::string> arguments = {"bench", path("rows.jsonl"), "-m", "fake:words"};
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    return arguments;
  }());
  ASSERT_EQ(result.code, 0) << result.error;
  EXPECT_NE(result.error.find("5/12"), std::string::npos) << result.error;
  const Json part = Json::parse(read_all(path("part.json")));
  const Json whole = Json::parse(read_all(path("out.json")));
  EXPECT_EQ(whole["configurations"][0]["answers"], 12);
  EXPECT_EQ(whole["results"][4]["pool"], part["results"][4]["pool"]);
  EXPECT_EQ(whole["results"][4]["pool"].size(), 3U);
  expect_error(bench({"--strategies", "vote:samples=4", "--import", path("part.json")}), 2, "part.json");
}

TEST_F(BenchProgramTest, SweepsOneSetting) {
  const auto result = bench({"--strategies", "single", "--sweep", "max_tokens=4,8", "--sweep", "temperature=0,1", "-q", "--json", path("out.json")});
  ASSERT_EQ(result.code, 0) << result.error;
  EXPECT_NE(result.out.find("| single max_tokens=8 temperature=0 | 12 x 1 |"), std::string::npos) << result.out;
  const Json json = Json::parse(read_all(path("out.json")));
  ASSERT_EQ(json["configurations"].size(), 4U);
  EXPECT_EQ(json["configurations"][2]["swept"], (Json{{"max_tokens", "8"}, {"temperature", "0"}}));
  EXPECT_TRUE(json["configurations"][2]["underthinking"].is_number());
  // A longer list goes on with the same rows.
  const auto resumed = bench({"--strategies", "single", "--sweep", "max_tokens=4,8,16", "--sweep", "temperature=0,1", "--resume"});
  EXPECT_NE(resumed.error.find("48/72"), std::string::npos) << resumed.error;
}

TEST_F(BenchProgramTest, WritesAComputeOptimalPolicy) {
  const std::vector<std::string> matrix = {"--strategies", "single,vote:samples=4", "--seeds", "2", "-q"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), matrix.begin(), matrix.end());
    return bench(std::move(more));
  };
  const auto result = with({"--json", path("out.json"), "--compute-optimal", path("policy.json"), "--bins", "2"});
  ASSERT_EQ(result.code, 0) << result.error;
  const Json policy = Json::parse(read_all(path("policy.json")));
  EXPECT_EQ(policy["unit"], "FLOPs");
  EXPECT_EQ(policy["bins"].size(), 2U);
  EXPECT_EQ(policy["budgets"].size(), 2U);
  const Json json = Json::parse(read_all(path("out.json")));
  EXPECT_EQ(json["compute_optimal"], policy);
  // Four traces are four times the work, though the cache holds some of it already. No scorer was asked.
  for (const Json& configuration : json["configurations"]) {
    EXPECT_EQ(configuration["mean_policy_flops"], 2000.0 * configuration["mean_tokens"]["generated"].get<double>());
  }
  EXPECT_EQ(json["configurations"][1]["mean_scoring_flops"], 0.0);
  // A report is another model's, or, here, the same again.
  const auto against = with({"--resume", "--compute-optimal", path("policy.json"), "--difficulty", "predicted", "--difficulty-by", "vote:samples=4",
                             "--bins", "absolute", "--against", path("out.json")});
  ASSERT_EQ(against.code, 0) << against.error;
  EXPECT_EQ(Json::parse(read_all(path("policy.json")))["budgets"].size(), 4U);

  // A policy that was predicted can be followed; one question here may be answered twice, and both runs are billed.
  const auto follow = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments = {"solve", "-m", "fake:words", "What is 2 + 2?", "--json", "--policy", path("policy.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  const auto followed = follow({"--seed", "1"});
  ASSERT_EQ(followed.code, 0) << followed.error;
  const Json answer = Json::parse(followed.out);
  EXPECT_NE(answer["answer"], "");
  EXPECT_EQ(answer["request"]["seed"], 1);
  EXPECT_NE(answer["plan"].get<std::string>().find("at up to the cost of"), std::string::npos) << answer["plan"];
  expect_error(follow({"--strategy", "vote"}), 2, "--policy decides what --strategy would");
  expect_error(follow({"--temperature", "0"}), 2, "--policy decides what --temperature would");
  expect_error(follow({"--budget-tokens", "1"}), 2, "costs more than the budget");

  expect_error(bench({"--strategies", "single", "--compute-optimal", path("p.json")}), 2, "at least two seeds");
  expect_error(with({"--compute-optimal", path("p.json"), "--bins", "few"}), 2, "--bins few");
  expect_error(with({"--compute-optimal", path("p.json"), "--difficulty-by", "x"}), 2, "none of the configurations");
  expect_error(with({"--compute-optimal", path("p.json"), "--against", path("absent.json")}), 3, "absent.json");
  expect_error(with({"--bins", "3"}), 2, "--compute-optimal");
}

TEST_F(BenchProgramTest, ThinkAndWaitAreSweeps) {
  const auto help = run({"bench", "--help"});
  for (const char* flag : {"--sweep KEY=VALUE,VALUE", "--think N,N", "--wait N,N"}) EXPECT_NE(help.out.find(flag), std::string::npos) << flag;
  // As with --sweep: one list of values each.
  for (const char* name : {"think", "wait"}) {
    const std::string flag = std::string("--") + name;
    const auto twice = bench({"--strategies", "single", flag, "1,2", "--sweep", std::string(name) + "=3"});
    EXPECT_EQ(twice.code, 2);
    EXPECT_NE(twice.error.find(std::string("--sweep ") + name), std::string::npos) << twice.error;
    EXPECT_NE(twice.error.find("swept twice"), std::string::npos) << twice.error;
  }
}

TEST_F(BenchProgramTest, AnEditedExamplesFileIsAnotherExperiment) {
  write("shots.jsonl", R"({"question": "1+1?", "answer": "2"})" "\n");
  const std::vector<std::string> arguments = {"--strategies", "single:prompt=few_shot", "--set", "examples=" + path("shots.jsonl"), "--resume"};
  ASSERT_EQ(bench(arguments).code, 0);
  const auto starts_at_nothing = [&] { return bench(arguments).error.find(" 0/12") != std::string::npos; };
  EXPECT_FALSE(starts_at_nothing());
  write("shots.jsonl", R"({"question": "1+2?", "answer": "3"})" "\n");
  EXPECT_TRUE(starts_at_nothing());
}

TEST_F(BenchProgramTest, AProblemPluginStandsBesideAFile) {
  const auto on = [&](const std::string& problems, std::vector<std::string> more) {
    std::vector<std::string> arguments = {"bench", problems, "-m", "fake:words", "--store", path("store.db"), "--strategies", "single", "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  };
  const auto result = on("game24:count=5:seed=1", {"--json", path("out.json")});
  ASSERT_EQ(result.code, 0) << result.error;
  const Json json = Json::parse(read_all(path("out.json")));
  EXPECT_EQ(json["data"]["name"], "game24:count=5:seed=1");
  EXPECT_EQ(json["data"]["rows"], 5);
  EXPECT_NE(on("countdown:count=3", {"--scorer", "checker"}).out.find("| 3 x 1 |"), std::string::npos);
  EXPECT_EQ(on("game24:count=5:seed=2", {"--resume", "--json", path("other.json")}).code, 0);
  EXPECT_NE(Json::parse(read_all(path("other.json")))["data"]["sha256"], json["data"]["sha256"]);
  expect_error(on("gam24", {}), 3, "did you mean \"game24\"?");
  expect_error(on("game24:cuont=5", {}), 2, "did you mean \"count\"?");
  expect_error(on("absent.jsonl", {}), 3, "no file absent.jsonl");
  EXPECT_NE(run({"list", "problems"}).out.find("countdown"), std::string::npos);
}

TEST_F(BenchProgramTest, MistakesAreFoundBeforeTheFirstRow) {
  expect_error(bench({"--strategies", "vote:sampels=3"}), 2, "did you mean \"samples\"?");
  expect_error(bench({"--strategies", "vote:temperature=hot"}), 2, "a number from 0 to 100");
  expect_error(bench({"--strategies", "vote,vote"}), 2, "used twice");
  expect_error(bench({"--strategies", "vote", "--sweep", "no_such=1,2"}), 2, "has an option \"no_such\"");
  expect_error(bench({"--strategies", "vote", "--baseline", "single"}), 2, "none of the configurations");
  expect_error(bench({"--strategies", "single", "--samples", "3"}), 2, "--samples");
  expect_error(bench({"--strategies", "vote", "--json", path("none/out.json")}), 7, "none/out.json");
}

TEST_F(BenchProgramTest, AFullDiskLeavesNoReport) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  const auto result = bench({"--strategies", "single", "-q", "--json", "/dev/full"});
  EXPECT_EQ(result.code, 5);
  EXPECT_NE(result.out.find("| single |"), std::string::npos);  // the numbers are not lost
  EXPECT_NE(result.error.find("the disk is full"), std::string::npos);
}

}  // namespace
}  // namespace reckon::cli
