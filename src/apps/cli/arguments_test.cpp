// From text on the command line to requests and configurations.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "apps/cli/bench_matrix.h"
#include "apps/cli/bench_solver.h"
#include "apps/cli/request_arguments.h"
#include "apps/cli/request_settings.h"
#include "base/test_support.h"

namespace reckon::cli {
namespace {

const Registry& registry() {
  static const Registry filled = [] {
    Registry all;
    register_all_plugins(all);
    return all;
  }();
  return filled;
}

std::string error_of(const RequestArguments& arguments) {
  const auto request = make_request(arguments, registry());
  return request.ok() ? "" : request.status().message();
}

using testing_support::contains;

TEST(Durations, UnitsAndNonsense) {
  EXPECT_EQ(*parse_duration("10"), 10e3);
  EXPECT_EQ(*parse_duration("10s"), 10e3);
  EXPECT_EQ(*parse_duration("1.5m"), 90e3);
  EXPECT_EQ(*parse_duration("500ms"), 500.0);
  EXPECT_EQ(*parse_duration("2h"), 7200e3);
  for (const char* bad : {"", "x", "-1", "0", "10 parsecs", "inf", "nan", "1e999", "s"}) EXPECT_FALSE(parse_duration(bad).ok()) << bad;
}

TEST(AnswerKinds, NamesAndNonsense) {
  EXPECT_EQ(parse_answer_kind("auto")->kind, AnswerStyle::Kind::automatic);
  EXPECT_EQ(parse_answer_kind("choice:4")->choice_count, 4);
  EXPECT_EQ(parse_answer_kind("text")->kind, AnswerStyle::Kind::free_text);
  for (const char* bad : {"", "choice", "choice:", "choice:1", "choice:27", "choice:4x", "Number"}) EXPECT_FALSE(parse_answer_kind(bad).ok()) << bad;
}

TEST(RequestSettings, DefaultsAreTheEnginesOwn) {
  SolveRequest request;
  for (const auto& setting : request_settings()) {
    EXPECT_TRUE(apply_request_setting(request, setting.spec.name, to_string(setting.spec.default_value)).ok()) << setting.spec.name;
  }
  const SolveRequest fresh;
  EXPECT_EQ(request.max_tokens, fresh.max_tokens);
  EXPECT_EQ(request.sampling.temperature, fresh.sampling.temperature);
  EXPECT_EQ(request.sampling.top_p, fresh.sampling.top_p);
  EXPECT_EQ(request.seed, fresh.seed);
  EXPECT_FALSE(request.caps.generated_tokens);
  EXPECT_FALSE(request.caps.milliseconds);
}

TEST(RequestSettings, ErrorsNameTheFlagAndTheRange) {
  SolveRequest request;
  const Status status = apply_request_setting(request, "max_tokens", "0");
  ASSERT_FALSE(status.ok());
  EXPECT_TRUE(contains(status.message(), "--max-tokens = \"0\"")) << status.message();
  EXPECT_TRUE(contains(status.message(), "from 1 to"));
}

TEST(RequestArguments, SetFindsThePlugin) {
  RequestArguments arguments;
  arguments.plugin_options = {"samples=3", "cot.form=two_stage", "prompt.answer_tokens=9"};
  const auto request = make_request(arguments, registry());
  ASSERT_TRUE(request.ok()) << request.status().to_string();
  EXPECT_EQ(request->strategy.options.at("samples"), "3");
  EXPECT_EQ(request->prompt.options.at("form"), "two_stage");
  EXPECT_EQ(request->prompt.options.at("answer_tokens"), "9");
  EXPECT_EQ(expected_traces(*request, registry()), 3);
}

TEST(RequestArguments, AScorersFileMayFollowItsName) {
  RequestArguments arguments;
  arguments.strategy = "best_of_n";
  arguments.scorer = "probe:a:b.json";
  const auto request = make_request(arguments, registry());
  ASSERT_TRUE(request.ok()) << request.status().to_string();
  EXPECT_EQ(request->scorer.name, "probe");
  EXPECT_EQ(request->scorer.options.at("file"), "a:b.json");
  arguments.scorer = "likelihood:x";
  EXPECT_TRUE(contains(error_of(arguments), "file"));
}

// cot_pot runs programs of its own beside replies in words.
TEST(RequestArguments, OnlyWhatWorksOnProgramsAsksForThem) {
  for (const auto& [strategy, prompt] : std::map<std::string, std::string>{{"s_star", "code"}, {"cot_pot", "cot"}, {"vote", "cot"}}) {
    RequestArguments arguments;
    arguments.strategy = strategy;
    const auto request = make_request(arguments, registry());
    ASSERT_TRUE(request.ok()) << request.status().to_string();
    EXPECT_EQ(request->prompt.name, prompt) << strategy;
  }
}

TEST(RequestArguments, SetErrors) {
  RequestArguments arguments;
  arguments.plugin_options = {"samples"};
  EXPECT_TRUE(contains(error_of(arguments), "name=value"));
  arguments.plugin_options = {"votes.samples=3"};
  EXPECT_TRUE(contains(error_of(arguments), "did you mean \"vote\"?"));
  arguments.plugin_options = {"vote.samples=3000"};
  EXPECT_TRUE(contains(error_of(arguments), "1 to 1024"));
  arguments.plugin_options = {"shots=1"};
  EXPECT_TRUE(contains(error_of(arguments), "none of vote, cot"));
}

TEST(RequestArguments, SetDoesNotSilentlyUndoAnotherFlag) {
  RequestArguments arguments;
  arguments.settings["think"] = "200";
  arguments.plugin_options = {"think_budget.cap=100"};
  EXPECT_TRUE(contains(error_of(arguments), "think_budget.cap is 200 by --think")) << error_of(arguments);
  arguments.plugin_options = {"think_budget.cap=200", "think_budget.soft=none"};
  EXPECT_TRUE(make_request(arguments, registry()).ok());
}

TEST(RequestArguments, AnOptionOfTwoPluginsMustBeNamed) {
  Registry two;
  register_all_plugins(two);
  Spec vote = two.strategies.find("vote").value()->spec;
  vote.options.push_back(OptionSpec::text("form", "", "also in cot"));
  two.strategies.add(vote, two.strategies.find("vote").value()->create);
  RequestArguments arguments;
  arguments.plugin_options = {"form=two_stage"};
  EXPECT_TRUE(contains(make_request(arguments, two).status().message(), "vote.form=VALUE or cot.form=VALUE"));
  arguments.plugin_options = {"cot.form=two_stage"};
  EXPECT_TRUE(make_request(arguments, two).ok());
}

Result<std::vector<BenchItem>> items(std::vector<std::string> strategies, std::vector<std::string> prompts = {}, RequestArguments base = {}) {
  return make_bench_items({strategies, prompts, {}}, base, {4096, false});
}

Result<std::vector<BenchItem>> swept(std::vector<std::string> strategies, std::vector<std::string> sweeps, std::vector<std::string> prompts = {}) {
  return make_bench_items({strategies, prompts, sweeps}, {}, {4096, false});
}

std::vector<std::string> names_of(const Result<std::vector<BenchItem>>& made) {
  std::vector<std::string> names;
  if (!made.ok()) return {made.status().to_string()};
  for (const auto& item : *made) names.push_back(item.configuration.name);
  return names;
}

TEST(BenchMatrix, ItemsAreFullConfigurations) {
  const auto made = items({"greedy=single:temperature=0:prompt=direct,vote:samples=4:form=two_stage", "best_of_n:scorer=likelihood:reduce=sum:max_tokens=9"});
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  ASSERT_EQ(made->size(), 3U);
  EXPECT_EQ((*made)[0].configuration.name, "greedy");
  EXPECT_EQ((*made)[0].request.sampling.temperature, 0.0);
  EXPECT_EQ((*made)[0].request.prompt.name, "direct");
  EXPECT_EQ((*made)[1].configuration.name, "vote:samples=4:form=two_stage");
  EXPECT_EQ((*made)[1].request.prompt.options.at("form"), "two_stage");
  EXPECT_EQ((*made)[2].request.scorer.options.at("reduce"), "sum");
  EXPECT_EQ((*made)[2].request.max_tokens, 9);
  const auto settings = nlohmann::json::parse((*made)[2].configuration.settings);
  EXPECT_EQ(settings["scorer"]["options"]["reduce"], "sum");
  EXPECT_EQ(settings["context"], 4096);
  EXPECT_FALSE(settings.contains("seed"));
}

TEST(BenchMatrix, AColonInAValueIsEscaped) {
  const auto made = items({"x=single:prompt=cot:trigger=Hm\\: well\\, then"});
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  EXPECT_EQ(made->front().request.prompt.options.at("trigger"), "Hm: well, then");
}

TEST(BenchMatrix, PromptsCrossWhatNamesNone) {
  const auto made = items({"vote,fixed=single:prompt=draft"}, {"cot,direct"});
  ASSERT_TRUE(made.ok());
  std::vector<std::string> names;
  for (const auto& item : *made) names.push_back(item.configuration.name);
  EXPECT_EQ(names, (std::vector<std::string>{"vote/cot", "vote/direct", "fixed"}));
  EXPECT_EQ((*made)[2].request.prompt.name, "draft");
}

TEST(BenchMatrix, SamplesAreForThoseWhoHaveThem) {
  RequestArguments base;
  base.samples = "3";
  const auto made = items({"single,vote,vote:samples=5"}, {}, base);
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  EXPECT_EQ(expected_traces((*made)[0].request, registry()), 1);
  EXPECT_EQ(expected_traces((*made)[1].request, registry()), 3);
  EXPECT_EQ(expected_traces((*made)[2].request, registry()), 5);
  EXPECT_FALSE(items({"single"}, {}, base).ok());
}

TEST(BenchMatrix, MistakesNameTheItem) {
  for (const char* bad : {"", "=vote", "x=", "vote:samples", "vote:=3", "vote:seed=3", "vote,,single"}) EXPECT_FALSE(items({bad}).ok()) << bad;
  EXPECT_TRUE(contains(items({"single,vote:samples=x"}).status().to_string(), "vote:samples=x"));
}

using Names = std::vector<std::string>;

TEST(BenchSweep, RepeatsEveryConfigurationWithEachValue) {
  const auto made = swept({"greedy=single:temperature=0,vote"}, {"max_tokens=64,128"});
  EXPECT_EQ(names_of(made), (Names{"greedy max_tokens=64", "greedy max_tokens=128", "vote max_tokens=64", "vote max_tokens=128"}));
  EXPECT_EQ((*made)[1].request.max_tokens, 128);
  EXPECT_EQ((*made)[1].request.sampling.temperature, 0.0);
  EXPECT_EQ((*made)[1].configuration.family, "greedy");
  EXPECT_EQ((*made)[1].configuration.swept, (std::vector<SweptValue>{{"max_tokens", "128"}}));
  EXPECT_EQ(nlohmann::json::parse((*made)[2].configuration.settings)["max_tokens"], 64);
  EXPECT_EQ(names_of(swept({"single"}, {"max_tokens=64"})), Names{"single max_tokens=64"});
  EXPECT_TRUE(items({"single"})->front().configuration.swept.empty());
}

TEST(BenchSweep, TheSwitchPenaltyGridIsOneCommand) {
  const auto made = swept({"single:controllers=switch_penalty"}, {"switch_penalty.alpha=0,3,5,10,20", "switch_penalty.beta=300,400,500,600,700"});
  ASSERT_TRUE(made.ok()) << made.status().to_string();
  ASSERT_EQ(made->size(), 25U);
  EXPECT_EQ((*made)[7].configuration.name, "single:controllers=switch_penalty switch_penalty.alpha=3 switch_penalty.beta=500");
  const std::vector<std::string> alphas = {"0", "3", "5", "10", "20"};
  const std::vector<std::string> betas = {"300", "400", "500", "600", "700"};
  for (std::size_t i = 0; i < 25; ++i) {
    const auto& options = (*made)[i].request.controllers.front().options;
    EXPECT_EQ(options.at("alpha"), alphas[i / 5]);
    EXPECT_EQ(options.at("beta"), betas[i % 5]);
  }
}

TEST(BenchSweep, PromptsAndPlugInOptionsAreSweptToo) {
  EXPECT_EQ(names_of(swept({"vote"}, {"samples=2,3", "prompt=cot,direct"})),
            (Names{"vote samples=2 prompt=cot", "vote samples=2 prompt=direct", "vote samples=3 prompt=cot", "vote samples=3 prompt=direct"}));
  const auto controllers = swept({"single"}, {"controllers=,loop_guard+switch_penalty"});
  ASSERT_TRUE(controllers.ok()) << controllers.status().to_string();
  EXPECT_TRUE((*controllers)[0].request.controllers.empty());
  EXPECT_EQ((*controllers)[1].request.controllers.size(), 2U);
  EXPECT_EQ(swept({"single"}, {"prompt=cot", "trigger=Hm\\, well,So"})->front().request.prompt.options.at("trigger"), "Hm, well");
  EXPECT_EQ(names_of(swept({"single"}, {"max_tokens=1,2"}, {"cot,direct"})),
            (Names{"single/cot max_tokens=1", "single/cot max_tokens=2", "single/direct max_tokens=1", "single/direct max_tokens=2"}));
}

TEST(BenchSweep, WhatAnItemSetsItselfStays) {
  EXPECT_EQ(names_of(swept({"short=single:max_tokens=8,single"}, {"max_tokens=64,128"})), (Names{"short", "single max_tokens=64", "single max_tokens=128"}));
  // The same option by its short name.
  EXPECT_EQ(names_of(swept({"x=single:controllers=switch_penalty:alpha=1,y=single:controllers=switch_penalty"}, {"switch_penalty.alpha=2"})),
            (Names{"x", "y switch_penalty.alpha=2"}));
}

TEST(BenchSweep, Mistakes) {
  const auto error = [](std::vector<std::string> sweeps, std::vector<std::string> prompts = {}) {
    const auto made = swept({"single"}, std::move(sweeps), std::move(prompts));
    return made.ok() ? "" : made.status().to_string();
  };
  EXPECT_TRUE(contains(error({"no_such=1,2"}), "has an option \"no_such\"")) << error({"no_such=1,2"});
  EXPECT_TRUE(contains(error({"no_such=1,2"}), "single no_such=1"));
  EXPECT_TRUE(contains(error({"max_tokens"}), "KEY=VALUE,VALUE")) << error({"max_tokens"});
  EXPECT_TRUE(contains(error({"=3"}), "KEY=VALUE,VALUE"));
  EXPECT_TRUE(contains(error({"max_tokens="}), "integer")) << error({"max_tokens="});
  EXPECT_TRUE(contains(error({"max_tokens=1,2,1"}), "\"1\" is used twice")) << error({"max_tokens=1,2,1"});
  EXPECT_TRUE(contains(error({"max_tokens=1", "max_tokens=2"}), "it is swept twice"));
  EXPECT_TRUE(contains(error({"prompt=cot"}, {"cot,direct"}), "it is swept twice"));
  EXPECT_TRUE(contains(error({"seed=1,2"}), "--seeds")) << error({"seed=1,2"});
  EXPECT_TRUE(contains(error({"max_tokens=1,x"}), "max_tokens=x")) << error({"max_tokens=1,x"});
}

TEST(BenchMatrix, LabelsAreUnique) { EXPECT_TRUE(contains(items({"vote,single,vote"}).status().message(), "\"vote\" is used twice")); }

TEST(BenchMatrix, SettingsHoldTheVersionAndTheContentOfFiles) {
  const testing_support::TemporaryFolder folder;
  const std::string file = folder.file("shots.jsonl");
  const auto settings = [&] {
    const auto made = items({"single:prompt=few_shot:examples=" + file});
    EXPECT_TRUE(made.ok()) << made.status().to_string();
    return nlohmann::json::parse(made->front().configuration.settings);
  };
  const auto missing = settings();
  EXPECT_TRUE(missing["files"].empty());  // the prompt will say so
  EXPECT_FALSE(missing["reckon"].get<std::string>().empty());
  folder.write("shots.jsonl", "abc");
  EXPECT_EQ(settings()["files"], (nlohmann::json{{"few_shot.examples", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}}));
  folder.write("shots.jsonl", "abcd");
  EXPECT_NE(settings()["files"]["few_shot.examples"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(BenchSolver, TokensAddUpAsInTheBill) {
  Bill bill;
  bill.tokens = {.prefilled = 1, .cached = 2, .recomputed = 4, .sampled = 8, .forced = 16, .injected = 32, .pending = 7};
  bill.tokens.withheld = 3;
  bill.tokens.thinking = 5;
  bill.probe = 64;
  bill.scored = 128;
  bill.cancelled = 256;
  EXPECT_EQ(bench_tokens(bill).generated(), bill.generated());
  EXPECT_EQ(bench_tokens(bill).computed(), bill.computed());
  EXPECT_EQ(policy_flops(bill, 10.0), 10.0 * static_cast<double>(bill.generated() + bill.probe));
  // The scorers' model is three times as large.
  bill.flops = 10.0 * static_cast<double>(bill.computed() - bill.scored) + 30.0 * static_cast<double>(bill.scored);
  EXPECT_EQ(scoring_flops(bill, 10.0), 30.0 * static_cast<double>(bill.scored));
  bill.traces = 9;
  bill.scoring_calls = 4;
  bill.depth = 3;
  bill.program_runs = 2;
  bill.program_seconds = 0.5;
  bill.parse_failures = 1;
  bill.abstentions = 5;
  EXPECT_EQ(bench_calls(bill), (BenchCalls{9, 4, 3, 2, 0.5, 1, 5}));
  EXPECT_EQ(bench_tokens(bill).withheld, 3);
  EXPECT_EQ(bench_tokens(bill).thinking, 5);
}

}  // namespace
}  // namespace reckon::cli
