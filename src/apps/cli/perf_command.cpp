#include "apps/cli/perf_command.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "apps/cli/exit_codes.h"
#include "apps/cli/model_loading.h"
#include "apps/cli/request_arguments.h"
#include "apps/cli/solve_output.h"
#include "apps/perf/perf.h"
#include "apps/perf/perf_search.h"

namespace reckon::cli {
namespace {

using Json = nlohmann::ordered_json;

Status print_samples(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  const PerfSamplesOptions options{arguments.prompt_tokens, arguments.samples, arguments.tokens, arguments.model.engine.threads};
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_samples(opened.model, options));
  Json json = Json::array();
  std::string out = fmt::format("{:>8} {:>14} {:>12} {:>10} {:>16} {:>10} {:>10}\n", "samples", "tokens/s", "prompt s", "total s", "prompt computed",
                                "sampling", "peak MB");
  for (const auto& row : rows) {
    out += fmt::format("{:>8} {:>14.1f} {:>12.3f} {:>10.2f} {:>16} {:>9.1f}% {:>10.0f}\n", row.samples, row.tokens_per_second, row.prompt_seconds,
                       row.total_seconds, row.prompt_tokens_computed, row.sampling_share * 100.0, row.peak_megabytes);
    json.push_back({{"samples", row.samples},
                    {"tokens_per_second", row.tokens_per_second},
                    {"prompt_seconds", row.prompt_seconds},
                    {"total_seconds", row.total_seconds},
                    {"prompt_tokens_computed", row.prompt_tokens_computed},
                    {"sampling_share", row.sampling_share},
                    {"peak_megabytes", row.peak_megabytes}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_fork(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_fork(opened.model, arguments.depths));
  Json json = Json::array();
  std::string out = fmt::format("{:>8} {:>12} {:>12}\n", "depth", "fork us", "bind us");
  for (const auto& row : rows) {
    out += fmt::format("{:>8} {:>12.2f} {:>12.2f}\n", row.depth, row.fork_microseconds, row.bind_microseconds);
    json.push_back({{"depth", row.depth}, {"fork_microseconds", row.fork_microseconds}, {"bind_microseconds", row.bind_microseconds}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_controllers(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_controllers(opened.model, arguments.controllers, arguments.batch, arguments.tokens, arguments.rounds));
  Json json = Json::array();
  std::string out = fmt::format("{:<50} {:>10} {:>16} {:>8}\n", "controllers", "tokens/s", "sampling us/step", "cost");
  for (const auto& row : rows) {
    out += fmt::format("{:<50} {:>10.1f} {:>16.1f} {:>7.2f}%\n", row.controllers, row.tokens_per_second, row.sampling_microseconds, row.cost * 100.0);
    json.push_back({{"controllers", row.controllers},
                    {"tokens_per_second", row.tokens_per_second},
                    {"sampling_microseconds", row.sampling_microseconds},
                    {"cost", row.cost}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_overhead(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const PerfOverhead overhead, perf_overhead(arguments.branches, arguments.overhead_tokens));
  const double engine = overhead.microseconds_per_token - overhead.sampler_microseconds_per_token;
  const Json json = {{"branches", overhead.branches},
                     {"microseconds_per_token", overhead.microseconds_per_token},
                     {"sampler_microseconds_per_token", overhead.sampler_microseconds_per_token},
                     {"engine_microseconds_per_token", engine},
                     {"microseconds_per_node", overhead.microseconds_per_node}};
  const std::string out = fmt::format(
      "{} branches on the fake model\n  engine, per token      {:.2f} us\n  sampler, per token     {:.2f} us\n  per search node        {:.2f} us\n",
      overhead.branches, engine, overhead.sampler_microseconds_per_token, overhead.microseconds_per_node);
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_edit(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_edit(opened.model, {arguments.draft_tokens, arguments.model.engine.threads}));
  Json json = Json::array();
  std::string out = fmt::format("{:>6} {:>7} {:>13} {:>14} {:>7} {:>9} {:>7}\n", "draft", "tokens", "plain tok/s", "lookup tok/s", "ratio", "rejected", "equal");
  for (const auto& row : rows) {
    const double ratio = row.lookup_tokens_per_second / row.plain_tokens_per_second;
    out += fmt::format("{:>6} {:>7} {:>13.1f} {:>14.1f} {:>7.2f} {:>9} {:>7}\n", row.draft, row.tokens, row.plain_tokens_per_second,
                       row.lookup_tokens_per_second, ratio, row.rejected, row.equal ? "yes" : fmt::format("to {}", row.equal_tokens));
    json.push_back({{"draft", row.draft},
                    {"tokens", row.tokens},
                    {"plain_tokens_per_second", row.plain_tokens_per_second},
                    {"lookup_tokens_per_second", row.lookup_tokens_per_second},
                    {"ratio", ratio},
                    {"rejected", row.rejected},
                    {"equal", row.equal},
                    {"equal_tokens", row.equal_tokens}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_search_overhead(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_search_overhead(arguments.nodes, arguments.searches));
  Json json = Json::array();
  std::string out = fmt::format("{:<16} {:>8} {:>12} {:>14} {:>12} {:>12}\n", "strategy", "nodes", "us/node", "sampling us", "prefill us", "overhead us");
  for (const auto& row : rows) {
    out += fmt::format("{:<16} {:>8} {:>12.2f} {:>14.2f} {:>12.2f} {:>12.2f}\n", row.strategy, row.nodes, row.microseconds_per_node,
                       row.sampling_microseconds, row.prefill_microseconds, row.overhead());
    json.push_back({{"strategy", row.strategy},
                    {"nodes", row.nodes},
                    {"microseconds_per_node", row.microseconds_per_node},
                    {"sampling_microseconds", row.sampling_microseconds},
                    {"prefill_microseconds", row.prefill_microseconds},
                    {"overhead_microseconds", row.overhead()}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status print_search_speed(const PerfArguments& arguments) {
  RECKON_ASSIGN_OR_RETURN(const OpenedModel opened, open_model(arguments.model));
  const PerfSearchSpeedOptions options{.branches = arguments.search_branches, .step_tokens = arguments.step_tokens, .threads = arguments.model.engine.threads, .scorer = scorer_named(arguments.scorer)};
  RECKON_ASSIGN_OR_RETURN(const auto rows, perf_search_speed(opened.model, options));
  Json json = Json::array();
  std::string out = fmt::format("{:<16} {:>8} {:>12} {:>18} {:>8}\n", "strategy", "branches", "tokens/s", "sampling tokens/s", "ratio");
  for (const auto& row : rows) {
    out += fmt::format("{:<16} {:>8} {:>12.1f} {:>18.1f} {:>8.3f}\n", row.strategy, row.branches, row.tokens_per_second, row.sampling_tokens_per_second, row.ratio());
    json.push_back({{"strategy", row.strategy},
                    {"branches", row.branches},
                    {"tokens_per_second", row.tokens_per_second},
                    {"sampling_tokens_per_second", row.sampling_tokens_per_second},
                    {"ratio", row.ratio()}});
  }
  return print_out(arguments.json ? json.dump(2) + "\n" : out);
}

Status run(PerfAction action, const PerfArguments& arguments) {
  switch (action) {
    case PerfAction::samples: return print_samples(arguments);
    case PerfAction::fork: return print_fork(arguments);
    case PerfAction::controllers: return print_controllers(arguments);
    case PerfAction::overhead: return print_overhead(arguments);
    case PerfAction::edit: return print_edit(arguments);
    case PerfAction::search: return arguments.on_model ? print_search_speed(arguments) : print_search_overhead(arguments);
  }
  return internal_error("no such measurement");
}

void add_model_option(CLI::App& command, PerfArguments& arguments) {
  command.add_option("-m,--model", arguments.model.model, fmt::format("name or GGUF file [{}]", arguments.model.model))->type_name("MODEL");
}

}  // namespace

void add_perf_commands(CLI::App& perf, PerfArguments& arguments) {
  perf.require_subcommand(1);
  auto* samples = perf.add_subcommand("samples", "speed of n samples of one prompt");
  add_model_option(*samples, arguments);
  add_integer(*samples, "--prompt-tokens", arguments.prompt_tokens, {1, 1 << 20}, fmt::format("length of the prompt [{}]", arguments.prompt_tokens));
  add_integers(*samples, "--samples", arguments.samples, {1, 1024}, fmt::format("numbers of samples [{}]", fmt::join(arguments.samples, ",")));
  add_integer(*samples, "--tokens", arguments.tokens, {1, 1 << 20}, fmt::format("tokens of each sample [{}]", arguments.tokens));
  add_integer(*samples, "--threads", arguments.model.engine.threads, {0, 1024}, "processor threads; 0: all cores [0]");
  auto* fork = perf.add_subcommand("fork", "cost of a fork by its depth");
  add_model_option(*fork, arguments);
  add_integers(*fork, "--depths", arguments.depths, {1, 1 << 20}, fmt::format("tokens before the fork [{}]", fmt::join(arguments.depths, ",")));
  auto* overhead = perf.add_subcommand("overhead", "cost of the engine itself, on a model that costs nothing");
  add_integer(*overhead, "--branches", arguments.branches, {1, 256}, fmt::format("traces side by side [{}]", arguments.branches));
  add_integer(*overhead, "--tokens", arguments.overhead_tokens, {1, 1 << 20}, fmt::format("tokens of each trace [{}]", arguments.overhead_tokens));
  auto* controllers = perf.add_subcommand("controllers", "what controllers cost, as a share of a decode step");
  add_model_option(*controllers, arguments);
  controllers->add_option("--controllers", arguments.controllers, fmt::format("which [{}]", fmt::join(arguments.controllers, ",")))
      ->delimiter(',')->allow_extra_args(false)->type_name("NAME,NAME");
  add_integer(*controllers, "--batch", arguments.batch, {1, 256}, fmt::format("traces side by side [{}]", arguments.batch));
  add_integer(*controllers, "--tokens", arguments.tokens, {1, 1 << 20}, fmt::format("tokens of each trace [{}]", arguments.tokens));
  add_integer(*controllers, "--rounds", arguments.rounds, {1, 1000}, fmt::format("repetitions [{}]", arguments.rounds));
  auto* edit = perf.add_subcommand("edit", "edits of the model's own drafts, with and without lookup");
  add_model_option(*edit, arguments);
  add_integer(*edit, "--draft-tokens", arguments.draft_tokens, {16, 1 << 20}, fmt::format("length of a draft [{}]", arguments.draft_tokens));
  add_integer(*edit, "--threads", arguments.model.engine.threads, {0, 1024}, "processor threads; 0: all cores [0]");
  auto* search = perf.add_subcommand("search", "cost of searches, by the number of their nodes");
  add_model_option(*search, arguments);
  add_integers(*search, "--nodes", arguments.nodes, {100, 100000}, fmt::format("numbers of nodes, on a model that costs nothing [{}]", fmt::join(arguments.nodes, ",")));
  search->add_option("--strategies", arguments.searches, "which searches [all]")->delimiter(',')->allow_extra_args(false)->type_name("NAME,NAME");
  auto* on_model = search->add_flag("--on-model", arguments.on_model, "instead: tokens per second on the model, beside those of plain sampling");
  add_integers(*search, "--branches", arguments.search_branches, {1, 1024}, fmt::format("with --on-model: live branches [{}]", fmt::join(arguments.search_branches, ",")));
  add_integer(*search, "--step-tokens", arguments.step_tokens, {1, 1 << 16}, fmt::format("with --on-model: tokens of a step [{}]", arguments.step_tokens));
  search->add_option("--scorer", arguments.scorer, fmt::format("with --on-model: what judges the steps, such as probe or probe:FILE [{}]", arguments.scorer))->type_name("NAME");
  for (const char* flag : {"--model", "--branches", "--step-tokens", "--scorer"}) search->get_option(flag)->needs(on_model);
  for (const char* flag : {"--nodes", "--strategies"}) search->get_option(flag)->excludes(on_model);
  for (auto* command : {samples, fork, controllers, overhead, edit, search}) command->add_flag("--json", arguments.json, "print JSON");
}

int run_perf(PerfAction action, const PerfArguments& arguments) {
  const Status status = run(action, arguments);
  return status.ok() ? kSuccess : report_error(status);
}

}  // namespace reckon::cli
